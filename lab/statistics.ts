import { confidence95, mean, sampleStd, tCritical } from '@basin/core/domain/statistics.ts';
import type { Point } from './findings.ts';

/** A mean with its 95 % interval by Student's t; without an interval where one value says nothing about its spread. */
export function pointOf(x: number, values: readonly number[]): Point {
	const y = mean(values);
	const interval = confidence95(values.length, y, sampleStd(values));
	return interval === null ? { x, y } : { x, y, low: interval[0], high: interval[1] };
}

export type Difference = { mean: number; low: number; high: number; pairs: number };

/**
 * Mean of one − other over the keys (seeds) that both have, with its 95 % interval: pairs by seed have the same start and order, so that
 * what is common to them falls out. Null for fewer than two pairs.
 * @param comparisons of which the best is looked for: each interval is then widened to 1 − 0.05/comparisons (Bonferroni)
 */
export function pairedDifference(
	one: ReadonlyMap<number, number>,
	other: ReadonlyMap<number, number>,
	comparisons = 1,
): Difference | null {
	const differences = [...one].flatMap(([key, value]) => (other.has(key) ? [value - other.get(key)!] : []));
	const [pairs, std] = [differences.length, sampleStd(differences)];
	if (std === null) return null;
	const half = (tCritical(0.025 / comparisons, pairs - 1) * std) / Math.sqrt(pairs);
	const middle = mean(differences);
	return { mean: middle, low: middle - half, high: middle + half, pairs };
}

/** Such as `97.5 %`. */
export function percent(share: number, digits = 2): string {
	return `${(share * 100).toFixed(digits)} %`;
}

/** Such as `+0.32 [0.05, 0.59] points`: a difference of shares, in percentage points. */
export function points({ mean: middle, low, high }: Difference): string {
	const [m, l, h] = [middle, low, high].map((value) => (value * 100).toFixed(2));
	return `${middle >= 0 ? '+' : ''}${m} [${l}, ${h}] points`;
}
