import type { LeaderboardEntry } from '@basin/client';
import { accuracyText } from './accuracy-text.ts';
import { compactNumber } from './format.ts';
import type { Shell } from './shell.ts';
import { type Column, renderTable } from './table.ts';

const columns: Column[] = [
	{ head: 'Rank' },
	{ head: 'B', align: 'right' },
	{ head: 'η', align: 'right' },
	{ head: 'λ', align: 'right' },
	{ head: 'Val accuracy (%)' },
	{ head: 'Median epoch (s)', align: 'right' },
	{ head: 'Pareto' },
	{ head: 'Seeds' },
];

/** The ranking for people: ties and the Pareto front marked, what the marks mean below. `trainSize` is N of the sweep. */
export function leaderboardTable(shell: Shell, entries: LeaderboardEntry[], trainSize: number): string {
	const labels = new Map(entries.flatMap(({ device }) => (device ? [[device.key, device.label] as const] : [])));
	const decimals = entries.some(({ epochSeconds }) => epochSeconds && epochSeconds.median < 0.1) ? 4 : 3;
	const more: [head: Column, cell: (entry: LeaderboardEntry) => string][] = [];
	if (entries.some(({ secondsToTarget }) => secondsToTarget !== null)) {
		const toTarget = ({ secondsToTarget }: LeaderboardEntry) => secondsToTarget?.toFixed(decimals) ?? '–';
		more.push([{ head: 'To target (s)', align: 'right' }, toTarget]);
	}
	if (labels.size > 1) more.push([{ head: 'Device' }, ({ device }) => device?.label ?? '–']);
	const rows = entries.map((entry) => [
		...entryCells(entry, trainSize, decimals),
		...more.map(([, cell]) => cell(entry)),
	]);
	const [head = '', ...lines] = renderTable([...columns, ...more.map(([column]) => column)], rows).split('\n');
	const styled = lines.map((line, index) => (entries[index]?.diverged ? shell.style('dim', line) : line));
	const device = labels.size === 1 ? [`Times are of ${[...labels.values()][0]}.`] : [];
	return [shell.style('bold', head), ...styled, '', ...legend(entries), ...device].join('\n');
}

function entryCells(entry: LeaderboardEntry, trainSize: number, decimals: number): string[] {
	const { configuration, seeds, epochSeconds } = entry;
	return [
		`${entry.rank}${entry.tiedWith ? ' =' : ''}`,
		configuration.batchSize === trainSize ? `full (${trainSize})` : String(configuration.batchSize),
		compactNumber(configuration.eta),
		compactNumber(configuration.lambda),
		accuracyText(entry),
		epochSeconds ? epochSeconds.median.toFixed(decimals) : '–',
		entry.onParetoFront ? '●' : '',
		seedsText(seeds),
	];
}

function seedsText(seeds: LeaderboardEntry['seeds']): string {
	const missing = seeds.total - seeds.succeeded - seeds.failed;
	const parts = [`${seeds.succeeded} ok`];
	if (seeds.failed > 0) parts.push(`${seeds.failed} failed`);
	if (missing > 0) parts.push(`${missing} without result`);
	return parts.join(', ');
}

function legend(entries: LeaderboardEntry[]): string[] {
	const notes: string[] = [];
	if (entries.some(({ valAccuracy }) => valAccuracy?.ci95)) notes.push('± is half the 95 % interval over the seeds.');
	if (entries.some(({ tiedWith }) => tiedWith)) notes.push('= marks a tie: the interval overlaps another’s.');
	if (entries.some(({ valAccuracy }) => valAccuracy && !valAccuracy.ci95))
		notes.push('One seed gives no interval, so ties cannot be seen: add "seeds" to the spec.');
	if (entries.some(({ onParetoFront }) => onParetoFront))
		notes.push('● is on the Pareto front: nothing is both more accurate and faster per epoch.');
	return notes;
}
