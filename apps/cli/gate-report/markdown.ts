import type { GateReport } from '@basin/client';
import { cellsOf, lostSeedTexts, subjectText, verdictText } from './cells.ts';

const marks = { passed: '✅', regression: '❌', inconclusive: '⚠️', ok: '✅' } as const;

/** A comment of GitHub has at most 65,536 characters; a row is about 150. */
const shownRows = 50;

const heads = ['Metric', 'Configuration', 'Baseline', 'Sweep', 'Change', 'Allowed', 'Seen from', 'p', ''];

/** A gate's report as GitHub-flavoured Markdown, for a job's summary or a comment. */
export function gateMarkdown(report: GateReport): string {
	const worstFirst = report.comparisons.toSorted(
		(one, other) => (one.adjustedPValue ?? 2) - (other.adjustedPValue ?? 2),
	);
	const shown = worstFirst.slice(0, shownRows);
	const rows = shown.map((comparison) => {
		const cells = cellsOf(comparison);
		const { metric, configuration, baseline, sweep, change, allowed, seenFrom, p, verdict } = cells;
		return [
			metric,
			configuration,
			baseline,
			sweep,
			`**${change}**`,
			allowed,
			seenFrom,
			p,
			`${marks[comparison.verdict]} ${verdict}`,
		];
	});
	const reasons = [...new Set(shown.map(({ metric, reason }) => `${metric}: ${reason}`))];
	const more = worstFirst.length - shown.length;
	return [
		`### ${marks[report.verdict]} ${escapeCell(verdictText(report))}`,
		'',
		`${escapeCell(subjectText(report))}, ${report.compare === 'best' ? 'the best configurations' : 'each shared configuration'}, α ${report.alpha}.`,
		'',
		markdownTable(heads, rows, [2, 3, 4, 5, 6, 7]),
		...(more > 0 ? ['', `… and ${more} more, none of them worse.`] : []),
		'',
		...[...reasons, ...lostSeedTexts(report, 20), ...report.notes].map((line) => `- ${escapeCell(line)}`),
		'',
	].join('\n');
}

/** @param right columns that are aligned to the right */
export function markdownTable(heads: string[], rows: string[][], right: number[] = []): string {
	const line = (cells: string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
	const rule = heads.map((_, column) => (right.includes(column) ? '---:' : '---'));
	return [line(heads), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}

/** Names come from users: none may end a cell, open a tag, mention a person or begin a link. */
export function escapeCell(text: string): string {
	return text
		.replace(/[\p{Cc}]/gu, ' ')
		.replace(/[\\|[\]<>`]/g, (character) => `&#${character.charCodeAt(0)};`)
		.replaceAll('@', '&#64;');
}
