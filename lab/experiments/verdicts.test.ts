import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experiments } from '../catalogue.ts';
import { trialsAt } from '../sweep-result.ts';
import { sweepOf, trialOf } from '../testing/sweeps.ts';
import * as batchSize from './batch-size.ts';
import * as largeBatches from './large-batches.ts';

const seeds = [0, 1, 2];

test('the catalogue tests every claim of the lecture, each experiment under a name of its own', () => {
	const claims = new Set(experiments.flatMap((experiment) => experiment.claims));
	assert.deepEqual(claims, new Set(Array.from({ length: 12 }, (_, i) => `L${i + 1}`)));
	assert.equal(new Set(experiments.map(({ id }) => id)).size, experiments.length);
	const quick = experiments.reduce((sum, { seconds }) => sum + seconds.quick, 0);
	assert.ok(quick < 20 * 60, `all quick sizes together are said to take ${quick} s`);
});

/** Three seeds of a small and a large batch with these final accuracies, by B. */
function twoSizes(small: number[], large: number[], trainLarge = large) {
	return sweepOf([
		...seeds.map((seed) => trialOf({ batchSize: 10, seed, accuracies: [small[seed]!] })),
		...seeds.map((seed) =>
			trialOf({ batchSize: 1000, seed, accuracies: [large[seed]!], trainAccuracies: [trainLarge[seed]!] }),
		),
	]);
}

test('batch size: worse in validation and in training holds; better does not; seeds that disagree say nothing', () => {
	const outcome = (...[small, large, train]: Parameters<typeof twoSizes>) =>
		batchSize.verdictOf(twoSizes(small, large, train)).outcome;
	assert.equal(outcome([0.97, 0.971, 0.972], [0.91, 0.912, 0.911]), 'holds');
	assert.equal(outcome([0.91, 0.912, 0.911], [0.97, 0.971, 0.972]), 'does-not-hold');
	assert.equal(outcome([0.97, 0.9, 0.95], [0.93, 0.95, 0.91]), 'unclear');
	assert.equal(
		outcome([0.97, 0.971, 0.972], [0.91, 0.912, 0.911], [0.98, 0.99, 0.985]),
		'does-not-hold',
		'over-fitting',
	);
});

test('retuned takes for each B the η with the best mean, and what diverged takes no part', () => {
	const sweep = sweepOf([
		trialOf({ eta: 0.1, seed: 0, accuracies: [0.9] }),
		trialOf({ eta: 0.1, seed: 1, accuracies: [0.9] }),
		trialOf({ eta: 1, seed: 0, accuracies: [0.99], diverged: true }),
		trialOf({ eta: 0.3, seed: 0, accuracies: [0.95] }),
		trialOf({ eta: 0.3, seed: 1, accuracies: [0.91] }),
	]);
	assert.deepEqual(new Set(batchSize.retuned(sweep, 100).map(({ eta }) => eta)), new Set([0.3]));
	assert.equal(trialsAt(sweep, { eta: 1 }).length, 0);
});

test('large batches: a recipe that beats plain momentum at the largest B holds, by pairs of seeds', () => {
	const at = (accuracy: number) =>
		sweepOf(
			[0, 1, 2].flatMap((seed) =>
				[256, 16_384].map((size) => trialOf({ batchSize: size, seed, accuracies: [accuracy + seed / 1000] })),
			),
		);
	const outcome = (plain: number, lars: number) =>
		largeBatches.verdictOf(
			new Map([
				['plain momentum', at(plain)],
				['LARS', at(lars)],
			]),
		).outcome;
	assert.equal(outcome(0.9, 0.95), 'holds');
	assert.equal(outcome(0.95, 0.9), 'does-not-hold');
	const noisy = sweepOf(
		[0, 1].map((seed) => trialOf({ batchSize: 16_384, seed, accuracies: [0.9 + (seed === 0 ? 0.05 : -0.05)] })),
	);
	assert.equal(
		largeBatches.verdictOf(
			new Map([
				['plain momentum', at(0.9)],
				['LARS', noisy],
			]),
		).outcome,
		'unclear',
	);
});
