import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { atBestEta } from '../sweep-result.ts';
import { sweepOf, trialOf } from '../testing/sweeps.ts';
import { geometricPointOf } from './batch-size/figures.ts';
import { atFixedEta, type Kept, keptOf } from './batch-size/kept.ts';
import { equalEpochs, equalUpdates, settings, updatesPerEpoch } from './batch-size/setting.ts';
import { commonTarget, updatesOf, updatesToTarget } from './batch-size/updates-to-target.ts';
import { type Comparison, verdictOf } from './batch-size/verdict.ts';

const seeds = [0, 1, 2];
const everySetting = [...settings.quick, ...settings.full];

test('equal updates: every B ends its last epoch at that update, and the rate of each B is among the fixed ones', () => {
	for (const setting of everySetting) {
		const specs = equalUpdates(setting).map((spec) => SweepSpec.parse(spec));
		assert.equal(specs.length, setting.etas.size);
		for (const { grid, epochs } of specs) {
			const size = (grid!.batchSize as number[])[0]!;
			assert.equal(epochs * updatesPerEpoch(setting, size), setting.updates, `${setting.dataset}, B = ${size}`);
			assert.ok((grid!.eta as number[]).includes(setting.fixedEta));
		}
		const { configurations, epochs } = SweepSpec.parse(equalEpochs(setting));
		assert.equal(epochs, setting.epochs);
		const atFixed = configurations!.filter(({ eta }) => eta === setting.fixedEta);
		assert.deepEqual(new Set(atFixed.map(({ batchSize }) => batchSize)), new Set(setting.etas.keys()));
	}
});

/** Three seeds around these accuracies, one a batch size. */
function keptAt(accuracies: [batchSize: number, validation: number, training: number][], spread = 0.001): Kept[] {
	const around = (middle: number, sign: number) =>
		new Map(seeds.map((seed) => [seed, middle + sign * spread * (seed - 1)]));
	return accuracies.map(([batchSize, validation, training], place) => {
		const sign = place === 0 ? 1 : -1;
		return {
			batchSize,
			eta: 0.1,
			atEdge: false,
			validation: around(validation, sign),
			training: around(training, sign),
		};
	});
}

const smallBetter = keptAt([
	[10, 0.97, 0.98],
	[100, 0.95, 0.96],
	[1000, 0.91, 0.92],
]);
const level = keptAt(
	[
		[10, 0.95, 0.96],
		[1000, 0.96, 0.97],
	],
	1e-4,
);

function comparisonOf(parts: { fixed?: Kept[]; retuned?: Kept[]; updates?: Kept[] } = {}): Comparison {
	const { fixed = smallBetter, retuned = smallBetter, updates = level } = parts;
	return {
		...{ dataset: 'mnist', fixedEta: 0.1, epochs: 5, updates: 200 },
		atEqualEpochs: { fixed, retuned },
		atEqualUpdates: { fixed: updates, retuned: updates },
	};
}

test('holds when the small batch is ahead at equal epochs, with η fixed and retuned, and not at equal updates', () => {
	const { outcome, sentence } = verdictOf([comparisonOf()]);
	assert.equal(outcome, 'holds');
	assert.match(sentence, /B = 10 against B = 1000 has \+6\.00 \[\S+, \S+\] points of validation/);
	assert.match(sentence, /falls from each B to the next/);
});

test('does not hold when one part is the other way round', () => {
	const largeBetter = keptAt([
		[10, 0.91, 0.92],
		[1000, 0.97, 0.98],
	]);
	const overFitting = keptAt([
		[10, 0.97, 0.96],
		[1000, 0.91, 0.99],
	]);
	for (const parts of [
		{ fixed: largeBetter },
		{ retuned: largeBetter },
		{ retuned: overFitting },
		{ updates: smallBetter },
	]) {
		assert.equal(verdictOf([comparisonOf(parts)]).outcome, 'does-not-hold', JSON.stringify(Object.keys(parts)));
	}
	assert.equal(
		verdictOf([comparisonOf(), comparisonOf({ fixed: largeBetter })]).outcome,
		'does-not-hold',
		'on one data set',
	);
});

test('is unclear when seeds disagree, and without trials', () => {
	const noisy = keptAt(
		[
			[10, 0.95, 0.96],
			[1000, 0.94, 0.95],
		],
		0.02,
	);
	for (const parts of [
		{ fixed: noisy },
		{ retuned: noisy },
		{ updates: noisy },
		{ fixed: [] },
		{ updates: [smallBetter[0]!] },
	]) {
		assert.equal(verdictOf([comparisonOf(parts)]).outcome, 'unclear');
	}
	assert.equal(verdictOf([]).outcome, 'unclear');
});

test('says which B is best where accuracy does not fall from each B to the next, and whose best η is at the edge', () => {
	const [first, second] = keptAt([
		[32, 0.941, 0.95],
		[100, 0.9497, 0.95],
		[1000, 0.91, 0.92],
	]);
	const retuned = [{ ...first!, atEdge: true }, second!, smallBetter[2]!];
	const { sentence } = verdictOf([comparisonOf({ retuned })]);
	assert.match(sentence, /not from each B to the next: B = 100 is best with 94\.97 %/);
	assert.match(sentence, /the best η of B = 32 is at the edge of those tried/);
});

test('kept: both accuracies are of the best validation epoch, at the η chosen for each B; an η that diverged is taken by neither', () => {
	const sweep = sweepOf([
		...seeds.map((seed) => trialOf({ trialId: `low ${seed}`, eta: 0.03, seed, accuracies: [0.9, 0.8] })),
		...seeds.map((seed) => trialOf({ trialId: `mid ${seed}`, eta: 0.1, seed, accuracies: [0.95, 0.9] })),
		...seeds.map((seed) => trialOf({ trialId: `top ${seed}`, eta: 1, seed, accuracies: [0.99], diverged: seed === 2 })),
	]);
	const training = new Map(seeds.map((seed) => [`mid ${seed}`, 0.97]));
	const [kept] = keptOf(atBestEta(sweep), training);
	assert.deepEqual([kept!.eta, kept!.atEdge], [0.1, false]);
	assert.deepEqual([...kept!.validation.values()], [0.95, 0.95, 0.95]);
	assert.deepEqual([...kept!.training.values()], [0.97, 0.97, 0.97]);
	assert.deepEqual(atFixedEta(sweep, 1), []);
	assert.equal(atBestEta(sweepOf(sweep.trials.filter(({ eta }) => eta !== 0.03)))[0]!.atEdge, true);
});

test('updates to a target: in a straight line between epochs, from chance at the start', () => {
	const trial = trialOf({ accuracies: [0.5, 0.7, 0.9], updatesPerEpoch: 100 });
	assert.ok(Math.abs(updatesOf(trial, 0.3, 0.1)! - 50) < 1e-9);
	assert.ok(Math.abs(updatesOf(trial, 0.6, 0.1)! - 150) < 1e-9);
	assert.equal(updatesOf(trial, 0.95, 0.1), null);
});

test('updates to a target: the fastest η that gets there with every seed, at the highest whole percent that every B reached', () => {
	const at = (batchSize: number, eta: number, accuracies: number[][]) =>
		accuracies.map((curve, seed) => trialOf({ batchSize, eta, seed, accuracies: curve, updatesPerEpoch: 100 }));
	const sweep = sweepOf([
		...at(10, 0.1, [
			[0.8, 0.925],
			[0.8, 0.93],
		]),
		...at(10, 0.3, [
			[0.95, 0.95],
			[0.2, 0.2],
		]),
		...at(100, 0.1, [
			[0.5, 0.93],
			[0.5, 0.93],
		]),
		...at(100, 0.3, [
			[0.93, 0.94],
			[0.93, 0.94],
		]),
	]);
	const target = commonTarget(sweep)!;
	assert.equal(target, 0.92);
	const [small, large] = updatesToTarget(sweep, target, 0.1);
	assert.deepEqual([small!.batchSize, small!.eta, large!.batchSize, large!.eta], [10, 0.1, 100, 0.3]);
	assert.ok(large!.updates.every((updates) => updates < 100));
	assert.equal(commonTarget(sweepOf([])), null);
});

test('the bar of a geometric mean: ln 1, ln e, ln e² have mean 1 and the interval 1 ± 2.484', () => {
	const { y, low, high } = geometricPointOf(10, [1, Math.E, Math.E ** 2]);
	assert.ok(Math.abs(Math.log(y) - 1) < 1e-9);
	assert.ok(Math.abs(Math.log(low!) + 1.484) < 1e-3 && Math.abs(Math.log(high!) - 3.484) < 1e-3);
});
