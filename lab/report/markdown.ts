import type { Table } from '../findings.ts';
import { type Entry, figureName, outcomeOf, type Report } from './report.ts';

/** The report as Markdown, with pictures beside it: `figures/<experiment>-<figure>.png`. */
export function markdownOf(report: Report): string {
	const summary = report.entries.map((entry) => {
		const { id, title, claims } = entry.experiment;
		return `| ${claims.join(', ')} | [${title}](#${anchorOf(title)}) | ${outcomeOf(entry)} | \`${id}\` | ${entry.seconds.toFixed(0)} s |`;
	});
	return [
		'# The lecture, reproduced',
		'',
		`Made by \`basin lab run --all --${report.size}\` on ${report.startedAt.slice(0, 10)} in ${Math.round(report.seconds)} s on ${report.device}.`,
		`Versions: ${versionsOf(report)}.`,
		'',
		'| claims | experiment | verdict | name | took |',
		'|---|---|---|---|---|',
		...summary,
		...report.entries.flatMap((entry) => ['', ...sectionOf(report, entry)]),
		'',
	].join('\n');
}

export function versionsOf({ versions }: Report): string {
	return Object.entries(versions)
		.map(([name, version]) => `${name} ${version}`)
		.join(', ');
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
	const { verdict, figures, tables, caveats, specs } = result.findings;
	return [
		...head,
		`**Verdict: ${outcomeOf(entry)}.** ${verdict.sentence}`,
		'',
		`*${verdict.rule}*`,
		...figures.flatMap(({ id, title, caption }) => [
			'',
			`![${title}](figures/${figureName(entry, id)}.png)`,
			'',
			`*${title}.* ${caption}`,
		]),
		...tables.flatMap((table) => ['', ...tableLines(table)]),
		...(caveats.length === 0 ? [] : ['', ...caveats.map((caveat) => `- ${caveat}`)]),
		...specs.flatMap((spec) => [
			'',
			'<details><summary>Spec</summary>',
			'',
			'```json',
			JSON.stringify(spec, null, 2),
			'```',
			'',
			'</details>',
		]),
	];
}

function tableLines({ title, columns, rows }: Table): string[] {
	const line = (cells: readonly (string | number | null)[]) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
	return [`**${title}**`, '', line(columns), line(columns.map(() => '---')), ...rows.map(line)];
}

/** As GitHub makes anchors of headings. */
function anchorOf(title: string): string {
	return title
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{N} -]/gu, '')
		.replaceAll(' ', '-');
}
