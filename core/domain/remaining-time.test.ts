import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { estimateRemainingSeconds, type MeasuredSpeed, type RemainingWork } from './remaining-time.ts';

const speed: MeasuredSpeed = {
	batchSize: 100,
	updateSeconds: 0.001,
	epochOverheadSeconds: 0.1,
	trialOverheadSeconds: 1,
};
/** 10 updates an epoch: 0.01 s and 0.1 s of validation; 2 epochs and 1 s more make 1.22 s a trial. */
const work: RemainingWork = {
	epochs: 2,
	trainSize: 1000,
	unfinished: [{ batchSize: 100, trials: 4 }],
	running: [{ batchSize: 100, trials: 2, epochsDone: 1 }],
};
const near = (actual: number | null, expected: number) => assert.ok(Math.abs(actual! - expected) < 1e-9, `${actual}`);

test('what is left is shared by those that run, less what they have done', () => {
	near(estimateRemainingSeconds(work, [speed]), (4 * 1.22 - 0.11) / 2);
});

test('nothing is said while nothing runs or nothing has been measured', () => {
	assert.equal(estimateRemainingSeconds({ ...work, running: [] }, [speed]), null);
	assert.equal(estimateRemainingSeconds(work, []), null);
});

test('a smaller batch, which needs more updates, takes longer at the same time per update', () => {
	const small = {
		...work,
		unfinished: [{ batchSize: 1, trials: 4 }],
		running: [{ batchSize: 1, trials: 2, epochsDone: 0 }],
	};
	near(estimateRemainingSeconds(small, [speed]), (4 * (1 + 2 * (1 + 0.1))) / 2);
});

test('more trials never take less, more workers never longer, and no time is negative', () => {
	const count = fc.integer({ min: 1, max: 50 });
	fc.assert(
		fc.property(count, count, fc.integer({ min: 0, max: 200 }), (waiting, workers, epochsDone) => {
			const estimate = (trials: number, running: number) =>
				estimateRemainingSeconds(
					{
						...work,
						unfinished: [{ batchSize: 100, trials }],
						running: [{ batchSize: 100, trials: running, epochsDone }],
					},
					[speed],
				)!;
			assert.ok(estimate(waiting, workers) >= 0);
			assert.ok(estimate(waiting + 1, workers) >= estimate(waiting, workers));
			assert.ok(estimate(waiting, workers + 1) <= estimate(waiting, workers));
		}),
	);
});
