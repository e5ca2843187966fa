import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EpochInput, ProgramSpec } from '@basin/gpu-worker/engines/port.ts';
import type { LabContext } from '../experiment.ts';
import { flatUpTo, measure, type Timing, verdictsOf } from './timing.ts';

function timings(msByBatch: [number, number][], spread = 0.05): Timing[] {
	return msByBatch.map(([batchSize, ms]) => {
		const seconds = ms / 1000;
		const update = { median: seconds, low: seconds * (1 - spread), high: seconds * (1 + spread) };
		const epochSeconds = seconds * Math.ceil(60_000 / batchSize);
		return { batchSize, updates: 200, update, epochSeconds, extrapolated: false };
	});
}

const cpu: [number, number][] = [
	[1, 0.1],
	[10, 0.15],
	[100, 0.5],
	[1000, 5],
	[60_000, 280],
];
const gpu: [number, number][] = [
	[1, 0.1],
	[10, 0.1],
	[100, 0.11],
	[1000, 0.15],
	[60_000, 3],
];
const outcomes = (...input: Parameters<typeof timings>) =>
	verdictsOf(timings(...input), 'a device').map(({ claim, outcome }) => `${claim} ${outcome}`);

test('a device that is flat to B = 1,000 and one that is not are told apart, each claim by itself', () => {
	assert.equal(flatUpTo(timings(gpu)), 1000);
	assert.equal(flatUpTo(timings(cpu)), 10);
	assert.deepEqual(outcomes(gpu), ['L3 holds', 'L4 holds']);
	assert.deepEqual(outcomes(cpu), ['L3 does-not-hold', 'L4 holds']);
	const noOverhead: [number, number][] = [
		[1, 0.001],
		[1000, 5],
	];
	assert.deepEqual(outcomes(noOverhead), ['L3 does-not-hold', 'L4 does-not-hold']);
});

test('quartiles that overlap say nothing', () => {
	const close: [number, number][] = [
		[1, 0.01],
		[1000, 10],
	];
	assert.deepEqual(outcomes(close, 0.4)[1], 'L4 unclear');
	const twice: [number, number][] = [
		[1, 1],
		[1000, 2],
	];
	assert.deepEqual(outcomes(twice)[0], 'L3 unclear');
});

test('the warm-up is dropped, the median is of the rounds, and an epoch of B = 1 is 60,000 updates though 6,000 are run', async () => {
	const runs: { batchSize: number; rows: number; rounds: number }[] = [];
	const secondsOf = (round: number) => (round <= 2 ? 1000 : round === 4 ? 50 : 0.6);
	const compile = async ({ batchSize, rowsPerEpoch }: ProgramSpec) => {
		const run = { batchSize, rows: rowsPerEpoch, rounds: 0 };
		runs.push(run);
		return {
			initialState: () => ({}),
			runEpoch: async ({ state, order }: EpochInput) => {
				assert.equal(order.length, rowsPerEpoch);
				run.rounds++;
				return { state, seconds: secondsOf(run.rounds) };
			},
		};
	};
	const context = {
		size: 'quick',
		say: () => {},
		signal: new AbortController().signal,
		openEngine: async () => ({ compile }),
		loadDataset: async () => ({ inputShape: [28, 28, 1], inputScale: 1, classes: 10, train: {} }),
	} as unknown as LabContext;
	const measured = await measure(context);
	const [one, , , , , all] = measured;
	assert.deepEqual(
		measured.map(({ batchSize, extrapolated }) => [batchSize, extrapolated]),
		[
			[1, true],
			[10, false],
			[100, false],
			[1000, false],
			[10_000, false],
			[60_000, false],
		],
	);
	assert.equal(runs[0]!.rows, 6000);
	assert.ok(Math.abs(one!.update.median - 1e-4) < 1e-12, `${one!.update.median}: neither warm-up nor the slow round`);
	assert.ok(Math.abs(one!.epochSeconds - 6) < 1e-9, `${one!.epochSeconds}`);
	assert.equal(all!.epochSeconds, 0.6);
	assert.ok(runs.every(({ rounds }) => rounds >= 2 + 7));
});
