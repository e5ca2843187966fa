/** Updates S and examples E = S·B that a target takes: S at least `minUpdates` however large B is, E at least `minExamples`. */
export type CriticalBatch = { minUpdates: number; minExamples: number; criticalBatchSize: number };

/**
 * Fits (S/S_min − 1)(E/E_min − 1) = 1 to the updates that each batch size takes to a target (McCandlish et al., arXiv 1812.06162, eq. 2.11).
 * With E = S·B that is S = S_min + E_min/B: least squares, linear in 1/B, of the relative errors of S. B_crit = E_min/S_min.
 * @returns null for fewer than three batch sizes, or when a minimum comes out that is not above 0
 */
export function fitCriticalBatch(points: readonly { batchSize: number; updates: number }[]): CriticalBatch | null {
	if (points.length < 3) return null;
	let [ww, wx, xx, w1, x1] = [0, 0, 0, 0, 0];
	for (const { batchSize, updates } of points) {
		const [constant, inverse] = [1 / updates, 1 / (batchSize * updates)];
		ww += constant * constant;
		wx += constant * inverse;
		xx += inverse * inverse;
		w1 += constant;
		x1 += inverse;
	}
	const determinant = ww * xx - wx * wx;
	const minUpdates = (w1 * xx - x1 * wx) / determinant;
	const minExamples = (x1 * ww - w1 * wx) / determinant;
	if (!(minUpdates > 0 && minExamples > 0)) return null;
	return { minUpdates, minExamples, criticalBatchSize: minExamples / minUpdates };
}

/** Updates to the target at a batch size, by the fit. */
export function updatesAt({ minUpdates, minExamples }: CriticalBatch, batchSize: number): number {
	return minUpdates + minExamples / batchSize;
}
