import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricsPoint } from '@basin/client';
import { defaultCurve, pointsOf, readCurve, smooth, writeCurve } from '../charts/curve-series.ts';
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
	assert.deepEqual(pointsOf(metrics, { ...defaultCurve, measure: 'valLoss' }), [
		[1, 0.4],
		[3, 0],
	]);
	assert.deepEqual(pointsOf(metrics, { ...defaultCurve, measure: 'valLoss', scale: 'log' }), [[1, 0.4]]);
});

test('a curve runs along updates or the seconds of its updates as well as along epochs', () => {
	const metrics = [point(1, 1), point(2, 1, { valAccuracy: 0.96, epochSeconds: 0.3 })];
	assert.deepEqual(pointsOf(metrics, { ...defaultCurve, along: 'updates' }), [
		[10, 0.95],
		[20, 0.96],
	]);
	assert.deepEqual(pointsOf(metrics, { ...defaultCurve, along: 'seconds' }), [
		[0.2, 0.95],
		[0.5, 0.96],
	]);
});

test('an address holds how curves are drawn, and what it cannot mean is as by default', () => {
	assert.equal(writeCurve(defaultCurve), null);
	const choice = { measure: 'valLoss', scale: 'log', along: 'seconds', alongScale: 'linear', smoothing: 0.6 } as const;
	assert.deepEqual(readCurve(writeCurve(choice)), choice);
	for (const text of [null, '', 'toString~x~y~z~7']) assert.deepEqual(readCurve(text), defaultCurve);
});

test('smoothing keeps the first point and a constant as they are, and halves a step at first', () => {
	const step: [number, number][] = [
		[1, 1],
		[2, 1],
		[3, 0],
	];
	assert.deepEqual(smooth(step, 0), step);
	const smoothed = smooth(step, 0.5).map(([, value]) => value);
	assert.deepEqual(smoothed.slice(0, 2), [1, 1]);
	assert.ok(Math.abs(smoothed[2]! - 3 / 7) < 1e-12);
});
