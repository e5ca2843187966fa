import type { GateReport } from '@basin/client';
import type { Shell } from '../shell.ts';
import { type Column, renderTable } from '../table.ts';
import { cellsOf, lostSeedTexts, subjectText, verdictText } from './cells.ts';

const columns: Column[] = [
	{ head: 'Metric' },
	{ head: 'Configuration' },
	{ head: 'Baseline', align: 'right' },
	{ head: 'Sweep', align: 'right' },
	{ head: 'Change', align: 'right' },
	{ head: 'Allowed', align: 'right' },
	{ head: 'Seen from', align: 'right' },
	{ head: 'p', align: 'right' },
	{ head: 'Verdict' },
];

/** More rows than this are counted; the worst come first. */
const shownRows = 40;

const colours = { passed: 'green', regression: 'red', inconclusive: 'yellow', ok: 'green' } as const;

/** A gate's report for people: a table, then why, then the verdict. */
export function gateTable(shell: Shell, report: GateReport): string {
	const worstFirst = report.comparisons.toSorted(
		(one, other) => (one.adjustedPValue ?? 2) - (other.adjustedPValue ?? 2),
	);
	const shown = worstFirst.slice(0, shownRows);
	const rows = shown.map((comparison) => {
		const cells = cellsOf(comparison);
		return [
			cells.metric,
			cells.configuration,
			cells.baseline,
			cells.sweep,
			cells.change,
			cells.allowed,
			cells.seenFrom,
			cells.p,
			cells.verdict,
		];
	});
	const [head = '', ...lines] = renderTable(columns, rows).split('\n');
	const coloured = lines.map((line, i) => shell.style(colours[shown[i]!.verdict], line));
	const more = worstFirst.length - shown.length;
	const reasons = [...new Set(shown.map(({ metric, reason }) => `${metric}: ${reason}`))];
	return [
		subjectText(report),
		'',
		shell.style('bold', head),
		...coloured,
		...(more > 0 ? [`… and ${more} more, none of them worse`] : []),
		'',
		...[...reasons, ...lostSeedTexts(report, 20), ...report.notes].map((line) => `- ${line}`),
		'',
		shell.style(colours[report.verdict], verdictText(report)),
	].join('\n');
}
