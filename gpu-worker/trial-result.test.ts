import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleMetrics } from '../tests/support/samples.ts';
import { summarizeTrial } from './trial-result.ts';

const milestonesOf = (epochs: [valAccuracy: number, epochSeconds: number][], foreignEpochs = 0) => {
	const history = epochs.map(([valAccuracy, epochSeconds], i) => sampleMetrics(i + 1, { valAccuracy, epochSeconds }));
	const overheads = { loadSeconds: 0, compileSeconds: 0, artifactSeconds: 0, checkpointSeconds: 0 };
	const rest = { best: history[0]!, testAccuracy: null, updatesPerEpoch: 10, overheads };
	return summarizeTrial({ history, foreignEpochs, ...rest }).milestones?.map(Object.values);
};

test('a milestone is each epoch that beat all before it, with the seconds of updates until its end', () => {
	const epochs: [number, number][] = [
		[0.5, 4],
		[0.5, 1],
		[0.8, 2],
		[0.7, 1],
		[0.9, 1],
	];
	assert.deepEqual(milestonesOf(epochs), [
		[0.5, 4],
		[0.8, 7],
		[0.9, 9],
	]);
});

test('the time of another device’s epochs is not counted: they take as long as one does here', () => {
	const epochs: [number, number][] = [
		[0.5, 100],
		[0.6, 100],
		[0.7, 5],
		[0.8, 2],
		[0.9, 2],
	];
	assert.deepEqual(milestonesOf(epochs, 2), [
		[0.5, 2],
		[0.6, 4],
		[0.7, 9],
		[0.8, 11],
		[0.9, 13],
	]);
});
