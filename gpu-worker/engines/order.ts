import { purpose, Random } from './random.ts';

/**
 * The training order of one epoch (counted from 1): a permutation of `rows`, and a pure function of (seed, epoch) for given rows.
 * Trials with equal seeds see equal orders whatever their configuration, so that they can be compared in pairs.
 */
export function epochOrder(rows: Int32Array, seed: number, epoch: number): Int32Array {
	return shuffle(Int32Array.from(rows), Random.of(seed, purpose.order, epoch));
}

/** Fisher and Yates, in place; returns its argument. */
export function shuffle(rows: Int32Array, random: Random): Int32Array {
	for (let last = rows.length - 1; last > 0; last--) {
		const other = random.below(last + 1);
		const row = rows[last]!;
		rows[last] = rows[other]!;
		rows[other] = row;
	}
	return rows;
}
