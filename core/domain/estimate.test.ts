import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { countUpdates, estimateCost, estimateSeconds, interpolateUpdateSeconds } from './estimate.ts';

const configuration = (batchSize: number) => ({ batchSize, eta: 0.1, lambda: 0 });
const times = [
	{ batchSize: 1000, updateSeconds: 0.01 },
	{ batchSize: 10, updateSeconds: 0.001 },
];

it('an epoch has ⌈N / B⌉ updates: the smaller last batch counts', () => {
	const work = { configurations: [configuration(100), configuration(7)], seeds: 3, epochs: 2, trainSize: 1000 };
	assert.equal(countUpdates(work), (10 + 143) * 2 * 3);
});

describe('the seconds of an update', () => {
	it('are those measured where they were measured', () => {
		assert.equal(interpolateUpdateSeconds(times, 10), 0.001);
		assert.equal(interpolateUpdateSeconds(times, 1000), 0.01);
	});

	it('are flat below the smallest measured batch and in proportion above the largest', () => {
		assert.equal(interpolateUpdateSeconds(times, 1), 0.001);
		assert.equal(interpolateUpdateSeconds(times, 2000), 0.02);
	});

	it('lie between the neighbours for any batch size between', () => {
		fc.assert(
			fc.property(fc.integer({ min: 10, max: 1000 }), (batchSize) => {
				const seconds = interpolateUpdateSeconds(times, batchSize)!;
				assert.ok(seconds >= 0.001 && seconds <= 0.01 * (1 + 1e-12));
			}),
		);
	});

	it('are unknown when nothing was measured', () => {
		assert.equal(interpolateUpdateSeconds([], 10), null);
	});
});

describe('the estimate', () => {
	const work = { configurations: Array(8).fill(configuration(10)), seeds: 1, epochs: 1, trainSize: 1000 };

	it('divides the work among the workers', () => {
		assert.ok(Math.abs(estimateSeconds(work, [{ workers: 2, updateTimes: times }])! - (8 * 100 * 0.001) / 2) < 1e-9);
	});

	it('adds up the rates of different devices', () => {
		const slow = times.map((time) => ({ ...time, updateSeconds: 3 * time.updateSeconds }));
		const seconds = estimateSeconds(work, [
			{ workers: 1, updateTimes: times },
			{ workers: 3, updateTimes: slow },
		])!;
		assert.ok(Math.abs(seconds - 0.4) < 1e-9);
	});

	it('is never less than the longest trial', () => {
		assert.ok(Math.abs(estimateSeconds(work, [{ workers: 100, updateTimes: times }])! - 0.1) < 1e-9);
	});

	it('is null when no worker runs, or none has measured the model', () => {
		assert.equal(estimateSeconds(work, []), null);
		assert.equal(estimateSeconds(work, [{ workers: 0, updateTimes: times }]), null);
		assert.equal(estimateSeconds(work, [{ workers: 2, updateTimes: [] }]), null);
	});
});

describe('the cost of a sweep', () => {
	const work = { configurations: [configuration(10), configuration(1000)], seeds: 2, epochs: 3, trainSize: 1000 };
	const paid = (workers: number, pricePerHour: number | null, updateTimes = times) => ({
		workers,
		updateTimes,
		pricePerHour,
	});

	it('is that of the time of all updates, however many workers share them', () => {
		const oneWorker = estimateSeconds(work, [paid(1, 36)])!;
		for (const workers of [1, 2, 7]) {
			assert.ok(Math.abs(estimateCost(work, [paid(workers, 36)])! - oneWorker / 100) < 1e-12);
		}
	});

	it('lies between those of the devices that share the work', () => {
		const [cheap, dear] = [paid(2, 1), paid(3, 9)];
		const both = estimateCost(work, [cheap, dear])!;
		assert.ok(both > estimateCost(work, [cheap])! && both < estimateCost(work, [dear])!);
	});

	it('is unknown when a device that would work has no price, or nothing was measured', () => {
		assert.equal(estimateCost(work, [paid(1, 1), paid(1, null)]), null);
		assert.equal(estimateCost(work, [paid(1, 1, [])]), null);
		assert.notEqual(estimateCost(work, [paid(1, 1), paid(0, null)]), null);
	});
});
