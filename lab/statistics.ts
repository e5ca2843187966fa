import { confidence95, mean, sampleStd } from '@basin/core/domain/statistics.ts';
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
 */
export function pairedDifference(
	one: ReadonlyMap<number, number>,
	other: ReadonlyMap<number, number>,
): Difference | null {
	const differences = [...one].flatMap(([key, value]) => (other.has(key) ? [value - other.get(key)!] : []));
	const interval =
		differences.length < 2 ? null : confidence95(differences.length, mean(differences), sampleStd(differences));
	return interval && { mean: mean(differences), low: interval[0], high: interval[1], pairs: differences.length };
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
