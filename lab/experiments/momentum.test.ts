import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepOf, trialOf } from '../testing/sweeps.ts';
import { roll, unrollingError, verdictOf } from './momentum.ts';

test('without momentum the ball stays in the local minimum, with λ = 0.9 it ends near the global one', async () => {
	assert.ok(Math.abs((await roll(0)).at(-1)![0]! + 0.632) < 0.01);
	assert.ok(Math.abs((await roll(0.9)).at(-1)![0]! - 2) < 0.01);
	assert.ok((await unrollingError(0.9)) < 1e-12);
});

const pairs = [
	{ eta: 0.1, lambda: 0 },
	{ eta: 0.05, lambda: 0.5 },
	{ eta: 0.01, lambda: 0.9 },
];
/** Three pairs of equal η/(1 − λ) with these final accuracies by seed. */
const isoSweep = (accuracies: number[][]) =>
	sweepOf(
		pairs.flatMap((pair, place) =>
			accuracies[place]!.map((accuracy, seed) => trialOf({ ...pair, seed, accuracies: [accuracy] })),
		),
	);
const toy = { plain: await roll(0), rolling: await roll(0.9), error: 0 };
const outcome = (...accuracies: number[][]) => verdictOf({ ...toy, sweep: isoSweep(accuracies) }).outcome;
const equal = [0.97, 0.9705, 0.971];

test('pairs of which any two differ by less than half a point, seed by seed, are equivalent', () => {
	assert.equal(outcome(equal, [0.9702, 0.97, 0.9713], [0.9705, 0.9706, 0.9712]), 'holds');
	assert.equal(outcome(equal, equal, equal), 'holds');
});

test('one pair beyond the margin is enough that they are not, whichever it is', () => {
	const worse = [0.93, 0.9304, 0.9311];
	for (const sets of [
		[worse, equal, equal],
		[equal, worse, equal],
		[equal, equal, worse],
	])
		assert.equal(outcome(...sets), 'does-not-hold');
});

test('seeds that scatter more than the margin say nothing, and one seed neither', () => {
	assert.equal(outcome([0.97, 0.95, 0.99], equal, [0.96, 0.98, 0.955]), 'unclear');
	assert.equal(outcome(equal, [0.97, 0.95, 0.99], equal), 'unclear', 'the pair in the middle is compared too');
	assert.equal(outcome([0.97], [0.97], [0.97]), 'unclear');
	assert.equal(outcome([], [], []), 'unclear');
});

test('a ball that does not pass the hill, or weights that are not the rule, refute it whatever the pairs do', () => {
	const sweep = isoSweep([equal, equal, equal]);
	assert.equal(verdictOf({ ...toy, rolling: toy.plain, sweep }).outcome, 'does-not-hold');
	assert.equal(verdictOf({ ...toy, error: 1e-3, sweep }).outcome, 'does-not-hold');
});
