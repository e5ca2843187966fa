import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricsPoint } from '@basin/cli/client.ts';
import { pointsOf } from '../charts/curve-series.ts';
import { mergeEpochs } from './metrics.ts';

const point = (epoch: number, attemptNo: number, change: Partial<MetricsPoint> = {}): MetricsPoint => ({
	epoch,
	attemptNo,
	updates: epoch * 10,
	trainLoss: 0.5,
	trainAccuracy: 0.9,
	valLoss: 0.4,
	valAccuracy: 0.95,
	epochSeconds: 0.2,
	validationSeconds: 0.01,
	recordedAt: '2026-01-31T12:00:00.000Z',
	...change,
});

test('epochs that come in pieces make one curve, and a later attempt replaces its epochs', () => {
	const merged = mergeEpochs([point(1, 1), point(2, 1)], [point(2, 2), point(3, 2)]);
	assert.deepEqual(
		merged.map(({ epoch, attemptNo }) => [epoch, attemptNo]),
		[
			[1, 1],
			[2, 2],
			[3, 2],
		],
	);
	assert.deepEqual(mergeEpochs([point(1, 2)], [point(1, 1)]), [point(1, 2)]);
});

test('what cannot be drawn is left out: a loss that is not finite, and nothing at or below 0 on a log axis', () => {
	const metrics = [point(1, 1), point(2, 1, { valLoss: null }), point(3, 1, { valLoss: 0 })];
	assert.deepEqual(pointsOf(metrics, 'valLoss', 'linear'), [
		[1, 0.4],
		[3, 0],
	]);
	assert.deepEqual(pointsOf(metrics, 'valLoss', 'log'), [[1, 0.4]]);
});
