import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accuracyText } from '@basin/cli/accuracy-text.ts';
import { compactNumber, count } from '@basin/cli/format.ts';
import { gateJunit } from '@basin/cli/gate-report/junit.ts';
import { escapeCell, gateMarkdown, markdownTable } from '@basin/cli/gate-report/markdown.ts';
import type { GateReport, LeaderboardEntry, Sweep } from '@basin/client';

/** How the action ended; `report` is there when something was compared. */
export type Outcome = {
	verdict: GateReport['verdict'] | 'no-baseline' | 'failed' | 'timeout';
	sweep: Sweep;
	report: GateReport | null;
	leaderboard: LeaderboardEntry[];
	/** Where the sweep can be looked at. */
	sweepUrl: string;
	/** What there is to say beside. */
	notes: string[];
};

const titles: Record<Outcome['verdict'], string> = {
	passed: '✅ No regression.',
	regression: '❌ Regression.',
	inconclusive: '⚠️ Some comparisons could not be made.',
	'no-baseline': '✅ The sweep completed; there is no baseline yet, so nothing was compared.',
	failed: '❌ The sweep did not complete.',
	timeout: '⏱️ The sweep has not ended in time; it goes on.',
};

/** For the job's summary and the comment: verdict and changes first, then the leaderboard. */
export function outcomeMarkdown({ verdict, sweep, report, leaderboard, sweepUrl, notes }: Outcome): string {
	const { counts } = sweep;
	const done = `${counts.succeeded} of ${count(counts.total, 'trial')} succeeded${counts.failed > 0 ? `, ${counts.failed} failed` : ''}`;
	return [
		report === null ? `### ${titles[verdict]}\n` : gateMarkdown(report),
		...notes.map((note) => `- ${escapeCell(note)}`),
		'',
		`Sweep [${escapeCell(sweep.name)}](${sweepUrl}) (\`${sweep.id}\`): ${sweep.state}, ${done}.`,
		'',
		...(leaderboard.length === 0 ? [] : [leaderboardMarkdown(leaderboard, sweep.configurations), '']),
	].join('\n');
}

function leaderboardMarkdown(entries: LeaderboardEntry[], configurations: number): string {
	const rows = entries.map((entry) => [
		`${entry.rank}${entry.tiedWith ? ' =' : ''}`,
		String(entry.configuration.batchSize),
		compactNumber(entry.configuration.eta),
		compactNumber(entry.configuration.lambda),
		accuracyText(entry),
		entry.epochSeconds ? compactNumber(entry.epochSeconds.median) : '–',
		entry.onParetoFront ? '●' : '',
		`${entry.seeds.succeeded} of ${entry.seeds.total}`,
	]);
	const table = markdownTable(
		['Rank', 'B', 'η', 'λ', 'Val accuracy (%)', 'Median epoch (s)', 'Pareto', 'Seeds'],
		rows,
		[1, 2, 3, 5],
	);
	const shown = entries.length < configurations ? ` (the first ${entries.length} of ${configurations})` : '';
	return `<details open><summary>Leaderboard${shown}</summary>\n\n${table}\n\n</details>`;
}

/** Files for the artifact, the job's summary, and the outputs of the step. */
export async function writeReports(
	outcome: Outcome,
	to: { reports: string; summaryPath: string | undefined; outputPath: string | undefined },
): Promise<void> {
	const markdown = outcomeMarkdown(outcome);
	await mkdir(to.reports, { recursive: true });
	await writeFile(join(to.reports, 'basin.md'), markdown);
	if (outcome.report !== null) {
		await writeFile(join(to.reports, 'basin.xml'), gateJunit(outcome.report));
		await writeFile(join(to.reports, 'basin.json'), `${JSON.stringify(outcome.report, null, 2)}\n`);
	}
	if (to.summaryPath !== undefined) await appendFile(to.summaryPath, markdown);
	if (to.outputPath !== undefined)
		await appendFile(to.outputPath, `sweep-id=${outcome.sweep.id}\nverdict=${outcome.verdict}\n`);
}
