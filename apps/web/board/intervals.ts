import type { LeaderboardEntry } from '@basin/client';
import { formatPercent } from '../format/numbers.ts';
import type { Bounds } from './board-filter.ts';

type Accuracy = NonNullable<LeaderboardEntry['valAccuracy']>;

/** A tenth of the means' range is left on both sides; where all are alike, half a percentage point. */
const marginShare = 0.1;
const leastMargin = 0.005;

/**
 * The accuracies that a board's bars reach from and to: the means of its better half. On the scale of all, one
 * configuration at 10 % would make every other bar a dot. Null when nothing is ranked.
 */
export function intervalBounds(entries: readonly LeaderboardEntry[]): Bounds | null {
	const means = entries.flatMap(({ valAccuracy }) => valAccuracy?.mean ?? []).sort((a, b) => b - a);
	const best = means[0];
	const middle = means[Math.ceil(means.length / 2) - 1];
	if (best === undefined || middle === undefined) return null;
	const margin = Math.max(leastMargin, (best - middle) * marginShare);
	return [Math.max(0, middle - margin), Math.min(1, best + margin)];
}

/** The interval as far as an accuracy can be: one by Student's t can reach beyond. */
export function clippedInterval({ mean, ci95 }: Accuracy): Bounds {
	return ci95 === null ? [mean, mean] : [Math.max(0, ci95[0]), Math.min(1, ci95[1])];
}

export function intervalText({ mean, ci95 }: Accuracy): string {
	if (ci95 === null) return `${formatPercent(mean)}, no interval: one seed`;
	return `${formatPercent(mean)}, 95 % interval ${formatPercent(ci95[0])} to ${formatPercent(ci95[1])}`;
}
