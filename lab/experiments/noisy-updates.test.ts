import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import { plus } from '../numeric/vector.ts';
import { orderVerdict, type Run, straightness, trainLine, verdictOf } from './noisy-updates.ts';
import { lineErrorGradient, twentyExamples } from './toy-surfaces.ts';

const all = Array.from({ length: 20 }, (_, i) => i);
const runOf = async (seed: number): Promise<Run> => {
	const line = twentyExamples(seed);
	return { seed, line, full: await trainLine(line, 20, seed), single: await trainLine(line, 1, seed) };
};
const runs = await Promise.all([1, 2, 3, 4, 5].map(runOf));

test('the full batch makes one update an epoch along the gradient of all, B = 1 makes twenty', () => {
	for (const { line, full, single } of runs) {
		assert.deepEqual([full.length, single.length], [5, 81], 'the start, then four epochs');
		const step = plus(full[1]!, -1, full[0]!);
		const gradient = lineErrorGradient(line, all, full[0]!);
		assert.ok(Math.abs(step[0]! + 0.15 * gradient[0]!) < 1e-12 && Math.abs(step[1]! + 0.15 * gradient[1]!) < 1e-12);
	}
});

test('a straight way has the mean cosine 1, one that goes back and forth −1, right angles 0', () => {
	const path = (...xs: [number, number][]) => xs.map((point) => Float64Array.from(point));
	assert.equal(straightness(path([0, 0], [1, 0], [3, 0])), 1);
	assert.equal(straightness(path([0, 0], [1, 0], [0, 0])), -1);
	assert.equal(straightness(path([0, 0], [1, 0], [1, 2], [3, 2])), 0);
});

test('L2 holds for single examples that go further by a noisier way, and not for the two exchanged', () => {
	assert.equal(verdictOf(runs).outcome, 'holds');
	const asIfSingle = runs.map((run) => ({ ...run, full: run.single, single: run.full }));
	assert.equal(verdictOf(asIfSingle).outcome, 'does-not-hold');
	assert.equal(verdictOf(runs.map((run) => ({ ...run, single: run.full }))).outcome, 'unclear', 'no difference');
	assert.equal(verdictOf(runs.slice(0, 1)).outcome, 'unclear', 'one set');
});

test('L1 holds for the orders that trials have, and not for one that stays, draws twice or forgets its seed', () => {
	const orders = (seed: number, epoch: number) => epochOrder(Int32Array.from(all), seed, epoch);
	assert.equal(orderVerdict(orders).outcome, 'holds');
	assert.equal(orderVerdict((seed) => orders(seed, 1)).outcome, 'does-not-hold', 'not shuffled anew');
	const withTwice = (seed: number, epoch: number) => orders(seed, epoch).fill(3, 0, 2);
	assert.equal(orderVerdict(withTwice).outcome, 'does-not-hold', 'drawn with replacement');
	let calls = 0;
	assert.equal(orderVerdict((seed) => orders(seed, ++calls)).outcome, 'does-not-hold', 'not a function of the epoch');
});
