import type { LabSweep } from '@basin/core/contracts/lab.ts';
import type { Table } from '../findings.ts';
import {
	aboutText,
	cellText,
	type Entry,
	figureName,
	outcomesOf,
	outcomeText,
	type Report,
	tookText,
} from './report.ts';

/** The report as Markdown, with pictures beside it: `figures/<experiment>-<figure>.png`. */
export function markdownOf(report: Report): string {
	const summary = report.entries.map((entry) => {
		const { id, title, claims } = entry.experiment;
		return `| ${claims.join(', ')} | [${title}](#${anchorOf(title)}) | ${outcomesOf(entry)} | \`${id}\` | ${tookText(entry)} |`;
	});
	return [
		'# The lecture, reproduced',
		'',
		aboutText(report),
		'',
		'| claims | experiment | verdict | name | took |',
		'|---|---|---|---|---|',
		...summary,
		...report.entries.flatMap((entry) => ['', ...sectionOf(report, entry)]),
		'',
	].join('\n');
}

/** Such as `Sweep "lab: …", run from 2026-01-01 10:00 to 10:10 UTC`: it may have been run for an earlier report. */
export function sweepText({ spec, startedAt, finishedAt, devices }: LabSweep): string {
	const [from, to] = [startedAt, finishedAt].map((at) => at.slice(0, 16).replace('T', ' '));
	return `Sweep “${spec.name ?? 'untitled'}”, run from ${from} to ${to!.slice(0, 10) === from!.slice(0, 10) ? to!.slice(11) : to} UTC on ${devices.join(' and ')}`;
}

function sectionOf(report: Report, entry: Entry): string[] {
	const { experiment, result } = entry;
	const head = [
		`## ${experiment.title}`,
		'',
		`**Claim (${experiment.claims.join(', ')}).** ${experiment.claim}`,
		'',
		`**Run.** ${experiment.method[report.size]}`,
		'',
	];
	if ('failure' in result) return [...head, `**Not run to its end.** ${result.failure}`];
	const { verdicts, figures, tables, caveats, sweeps } = result.findings;
	return [
		...head,
		...verdicts.flatMap(({ claim, outcome, sentence, rule }) => [
			`**${claim} ${outcomeText[outcome]}.** ${sentence}`,
			'',
			`*${rule}*`,
			'',
		]),
		...figures.flatMap(({ id, title, caption }, place) => [
			...(place === 0 ? [] : ['']),
			`![${title}](figures/${figureName(entry, id)}.png)`,
			'',
			`*${title}.* ${caption}`,
		]),
		...tables.flatMap((table) => ['', ...tableLines(table)]),
		...(caveats.length === 0 ? [] : ['', '**Before you believe it**', '', ...caveats.map((caveat) => `- ${caveat}`)]),
		...sweeps.flatMap((sweep) => [
			'',
			`<details><summary>${sweepText(sweep)}</summary>`,
			'',
			'```json',
			JSON.stringify(sweep.spec, null, 2),
			'```',
			'',
			'</details>',
		]),
	];
}

function tableLines({ title, columns, rows }: Table): string[] {
	const line = (cells: readonly (string | number | null)[]) =>
		`| ${cells.map((cell) => cellText(cell).replaceAll('|', '\\|')).join(' | ')} |`;
	return [`**${title}**`, '', line(columns), line(columns.map(() => '---')), ...rows.map(line)];
}

/** As GitHub makes anchors of headings. */
function anchorOf(title: string): string {
	return title
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N} -]/gu, '')
		.replaceAll(' ', '-');
}
