import type { LeaderboardEntry } from '@basin/client';
import { formatCount, formatHalfWidth, formatPercent, formatSeconds, formatValue } from '../format/numbers.ts';
import { effectiveRate } from './board-order.ts';

const dash = '–';

/** What is compared, one row each; `best` tells which of the values is the best, where one is. */
export const comparedRows: readonly {
	label: string;
	text: (entry: LeaderboardEntry) => string;
	/** Higher is better; null: nothing to compare by. */
	score?: (entry: LeaderboardEntry) => number | null;
}[] = [
	{ label: 'Rank', text: ({ rank }) => formatCount(rank) },
	{ label: 'Batch size B', text: ({ configuration }) => formatCount(configuration.batchSize) },
	{ label: 'Learning rate η', text: ({ configuration }) => formatValue(configuration.eta) },
	{ label: 'Momentum λ', text: ({ configuration }) => formatValue(configuration.lambda) },
	{ label: 'Effective rate η/(1 − λ)', text: ({ configuration }) => formatValue(effectiveRate(configuration)) },
	{
		label: 'Validation accuracy',
		text: ({ valAccuracy, diverged }) =>
			valAccuracy === null ? (diverged ? 'diverged' : dash) : formatPercent(valAccuracy.mean),
		score: ({ valAccuracy }) => valAccuracy?.mean ?? null,
	},
	{ label: '95 % interval', text: ({ valAccuracy }) => (valAccuracy?.ci95 ? formatHalfWidth(valAccuracy.ci95) : dash) },
	{
		label: 'Epoch seconds, median',
		text: ({ epochSeconds }) => (epochSeconds === null ? dash : formatSeconds(epochSeconds.median)),
		score: ({ epochSeconds }) => (epochSeconds === null ? null : -epochSeconds.median),
	},
	{
		label: 'Seconds per update, median',
		text: ({ updateSeconds }) => (updateSeconds === null ? dash : formatSeconds(updateSeconds.median)),
		score: ({ updateSeconds }) => (updateSeconds === null ? null : -updateSeconds.median),
	},
	{ label: 'On the Pareto front', text: ({ onParetoFront }) => (onParetoFront ? 'yes' : 'no') },
	{ label: 'Seeds that succeeded', text: ({ seeds }) => `${seeds.succeeded} / ${seeds.total}` },
	{ label: 'Device', text: ({ device }) => device?.label ?? dash },
];

/** The positions of the best scores; none where all are alike. */
export function bestOf(scores: readonly (number | null)[]): ReadonlySet<number> {
	const known = scores.filter((score) => score !== null);
	const best = Math.max(...known);
	if (known.length < 2 || known.every((score) => score === best)) return new Set();
	return new Set(scores.flatMap((score, i) => (score === best ? [i] : [])));
}

/** Whether the 95 % intervals of two rows overlap; null when one has none. */
export function isTie(one: LeaderboardEntry, other: LeaderboardEntry): boolean | null {
	const [a, b] = [one.valAccuracy?.ci95, other.valAccuracy?.ci95];
	if (!a || !b) return null;
	return a[0] <= b[1] && b[0] <= a[1];
}
