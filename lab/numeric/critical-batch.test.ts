import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitCriticalBatch, updatesAt } from './critical-batch.ts';

test('the fit gives back S_min = 100 and B_crit = 50 from S = 100 · (1 + 50/B)', () => {
	const points = [10, 50, 250, 1000, 5000].map((batchSize) => ({ batchSize, updates: 100 * (1 + 50 / batchSize) }));
	const fit = fitCriticalBatch(points)!;
	assert.ok(Math.abs(fit.minUpdates - 100) < 1e-6);
	assert.ok(Math.abs(fit.criticalBatchSize - 50) < 1e-6);
	assert.ok(Math.abs(updatesAt(fit, 50) - 200) < 1e-6);
	for (const { batchSize, updates } of points) {
		const examples = batchSize * updates;
		const product = (updates / fit.minUpdates - 1) * (examples / fit.minExamples - 1);
		assert.ok(Math.abs(product - 1) < 1e-6, 'McCandlish et al., eq. 2.11');
	}
});

test('relative errors count: the same percentage off weighs the same at 10 updates and at 1,000', () => {
	const exact = [10, 100, 1000].map((batchSize) => ({ batchSize, updates: 10 * (1 + 1000 / batchSize) }));
	const off = (place: number) =>
		exact.map((point, i) => (i === place ? { ...point, updates: point.updates * 1.01 } : point));
	for (const place of [0, 1, 2]) {
		const { minUpdates, minExamples } = fitCriticalBatch(off(place))!;
		assert.ok(Math.abs(minUpdates / 10 - 1) < 0.03 && Math.abs(minExamples / 10_000 - 1) < 0.03);
	}
});

test('without three batch sizes, or where more examples a batch take more updates, there is no critical batch', () => {
	assert.equal(fitCriticalBatch([10, 20].map((batchSize) => ({ batchSize, updates: 10 }))), null);
	assert.equal(fitCriticalBatch([10, 20, 40].map((batchSize) => ({ batchSize, updates: batchSize }))), null);
});
