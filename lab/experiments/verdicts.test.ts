import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experiments } from '../catalogue.ts';
import { afterUpdates, epochSeconds, trialsAt } from '../sweep-result.ts';
import { sweepOf, trialOf } from '../testing/sweeps.ts';
import * as batchSize from './batch-size.ts';
import { verdictOf as criticalVerdict, labelOf } from './critical-points.ts';
import { verdictOf as gapVerdict } from './generalisation.ts';
import * as largeBatches from './large-batches.ts';
import { verdictOf as noiseVerdict, spreadOf } from './noise-scale.ts';
import * as pareto from './pareto.ts';
import { flatUpTo, type Timing, verdictOf as timingVerdict } from './timing.ts';

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

test('equal updates: the last epoch that ended within them', () => {
	const trial = trialOf({ accuracies: [0.5, 0.6, 0.7], updatesPerEpoch: 40 });
	assert.equal(afterUpdates(trial, 100)!.valAccuracy, 0.6);
	assert.equal(afterUpdates(trial, 39), null);
});

test('the first epoch warms up and is left out of the seconds where there are more', () => {
	const trial = trialOf({ accuracies: [0.5, 0.6, 0.7] });
	trial.epochs[0]!.epochSeconds = 100;
	assert.equal(epochSeconds(trial), 1);
	assert.equal(epochSeconds({ ...trial, epochs: trial.epochs.slice(0, 1) }), 100);
});

test('pareto: the front keeps what no other beats, and holds when the slower end is the smaller and better batch', () => {
	const candidate = (size: number, accuracy: number, seconds: number) => ({
		batchSize: size,
		eta: 0.1,
		accuracy,
		seconds,
	});
	const [best, middle, fast, beaten] = [
		candidate(10, 0.98, 2),
		candidate(100, 0.97, 0.5),
		candidate(1000, 0.92, 0.3),
		candidate(100, 0.96, 0.6),
	];
	assert.deepEqual(pareto.frontOf([best, middle, fast, beaten]), [fast, middle, best]);
	assert.equal(pareto.verdictOf([best, middle, fast, beaten]).outcome, 'holds');
	assert.equal(pareto.verdictOf([candidate(1000, 0.99, 0.1), middle]).outcome, 'does-not-hold', 'one is best in both');
	assert.equal(pareto.verdictOf([]).outcome, 'unclear');
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

function timings(msByBatch: [number, number][]): Timing[] {
	return msByBatch.map(([size, ms]) => {
		const seconds = ms / 1000;
		const update = { median: seconds, low: seconds * 0.95, high: seconds * 1.05 };
		return {
			batchSize: size,
			updates: 200,
			update,
			epochSeconds: seconds * Math.ceil(60_000 / size),
			extrapolated: false,
		};
	});
}

test('timing: flat up to B = 1,000 is asked of a GPU only; a slower epoch of small batches of every device', () => {
	const cpu = timings([
		[1, 0.02],
		[10, 0.1],
		[100, 0.5],
		[1000, 5],
		[60_000, 280],
	]);
	const gpu = timings([
		[1, 0.1],
		[10, 0.1],
		[100, 0.11],
		[1000, 0.15],
		[60_000, 3],
	]);
	assert.equal(flatUpTo(gpu), 1000);
	assert.equal(flatUpTo(cpu), 1);
	assert.equal(timingVerdict(gpu, 'cuda').outcome, 'holds');
	assert.equal(timingVerdict(cpu, 'cpu').outcome, 'holds');
	assert.equal(timingVerdict(cpu, 'cuda').outcome, 'does-not-hold', 'a GPU that is not flat');
	assert.equal(
		timingVerdict(
			timings([
				[1, 0.001],
				[1000, 5],
			]),
			'cpu',
		).outcome,
		'does-not-hold',
	);
});

test('noise scale: a rise beyond the ranges holds, a fall does not, overlapping ranges say nothing', () => {
	const place = (updates: number, scale: number, half: number) => ({
		updates,
		noiseScale: scale,
		low: scale - half,
		high: scale + half,
	});
	assert.equal(noiseVerdict([place(0, 20, 5), place(1000, 200, 50)]).outcome, 'holds');
	assert.equal(noiseVerdict([place(0, 200, 50), place(1000, 20, 5)]).outcome, 'does-not-hold');
	assert.equal(noiseVerdict([place(0, 20, 15), place(1000, 30, 15)]).outcome, 'unclear');
	assert.equal(noiseVerdict([place(0, 20, 15)]).outcome, 'unclear');
	assert.deepEqual(
		spreadOf([{ gradientSquared: 1, noise: 2 }]),
		{ low: null, high: null },
		'five parts need five samples',
	);
});

test('generalisation: the gap has to be beyond the seeds, and the large batch sharper', () => {
	const sweep = (small: number[], large: number[]) =>
		sweepOf([
			...seeds.map((seed) => trialOf({ batchSize: 256, seed, accuracies: [1], testAccuracy: small[seed]! })),
			...seeds.map((seed) => trialOf({ batchSize: 1000, seed, accuracies: [1], testAccuracy: large[seed]! })),
		]);
	const sharpness = (small: number, large: number) =>
		(
			[
				[256, small],
				[1000, large],
			] as const
		).map(([size, full]) => ({ batchSize: size, seed: 0, epsilon: 1e-3, full, subspace: 1 }));
	const wide = sweep([0.98, 0.981, 0.982], [0.97, 0.971, 0.972]);
	assert.equal(gapVerdict(wide, sharpness(28, 700), 1000).outcome, 'holds');
	assert.equal(gapVerdict(wide, sharpness(700, 28), 1000).outcome, 'does-not-hold');
	assert.equal(gapVerdict(sweep([0.97, 0.98, 0.96], [0.97, 0.96, 0.98]), sharpness(28, 700), 1000).outcome, 'unclear');
	assert.equal(gapVerdict(wide, [], 1000).outcome, 'unclear');
});

test('no place is called a minimum whose smallest eigenvalue is within doubt of zero', () => {
	const place = { gradientNorm: 1e-4, largest: 10, smallest: 1, residual: 1e-3 };
	assert.equal(labelOf(place), 'minimum');
	assert.equal(labelOf({ ...place, smallest: 0.005 }), 'undetermined', 'within a thousandth of the largest');
	assert.equal(labelOf({ ...place, smallest: 0.5, residual: 0.6 }), 'undetermined', 'within its residual');
	assert.equal(labelOf({ ...place, smallest: -0.5 }), 'saddle');
	assert.equal(labelOf({ ...place, gradientNorm: 1 }), 'slope');
});

test('critical points: without a direction that curves down the claim does not hold here', () => {
	const saddle = { smallest: -2, largest: 2, lossAtSaddle: 1, byEigenvector: 0.99, losses: [] };
	const stuck = { own: 0, other: 0.5 };
	const place = { epoch: 0, loss: 1, gradientNorm: 1, largest: 5, residual: 0.01 };
	assert.equal(criticalVerdict({ saddle, stuck, places: [{ ...place, smallest: -1 }] }).outcome, 'holds');
	assert.equal(criticalVerdict({ saddle, stuck, places: [{ ...place, smallest: -0.001 }] }).outcome, 'does-not-hold');
	assert.equal(
		criticalVerdict({ saddle: { ...saddle, smallest: -1.9 }, stuck, places: [{ ...place, smallest: -1 }] }).outcome,
		'does-not-hold',
	);
});
