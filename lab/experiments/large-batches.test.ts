import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { pairedDifference } from '../statistics.ts';
import type { SweepResult } from '../sweep-result.ts';
import { sweepOf, trialOf } from '../testing/sweeps.ts';
import {
	baseline,
	judgedSpec,
	largeBatchSizes,
	plain,
	recipes,
	settings,
	smallBatchSize,
	tuningSpec,
} from './large-batches/recipes.ts';
import { verdictOf } from './large-batches/verdict.ts';

/** Three seeds at every size; `spread` is the opposite way for those that are compared, so that their pairs disagree. */
function at(accuracy: number, sizes: readonly number[], spread = 1e-4): SweepResult {
	return sweepOf(
		[0, 1, 2].flatMap((seed) =>
			sizes.map((batchSize) => trialOf({ batchSize, seed, accuracies: [accuracy + spread * (seed - 1)] })),
		),
	);
}

function verdict(accuracies: { small: number; plain: number; lars: number; lamb?: number }, spread?: number) {
	const byRecipe = new Map([
		[baseline, at(accuracies.small, [smallBatchSize])],
		[plain, at(accuracies.plain, largeBatchSizes)],
		['LARS', at(accuracies.lars, largeBatchSizes, spread)],
		['LAMB', at(accuracies.lamb ?? 0.5, largeBatchSizes)],
	]);
	return verdictOf([{ dataset: 'mnist', byRecipe }]);
}

test('holds when one recipe beats plain momentum and is no more than half a point behind the small batch', () => {
	const { outcome, sentence } = verdict({ small: 0.97, plain: 0.94, lars: 0.968 });
	assert.equal(outcome, 'holds');
	assert.match(sentence, /LARS is best, by \+2\.80 .* against plain momentum and -0\.20 .* against B = 256/);
});

test('does not hold when every recipe is clearly behind the small batch, however much it helps', () => {
	assert.equal(verdict({ small: 0.97, plain: 0.9, lars: 0.95 }).outcome, 'does-not-hold');
	assert.equal(verdict({ small: 0.97, plain: 0.95, lars: 0.9 }).outcome, 'does-not-hold');
});

test('is unclear when it helps but is not shown to close the gap, when plain momentum is as good, and without trials', () => {
	const helps = verdict({ small: 0.97, plain: 0.9, lars: 0.966 }, 0.001);
	assert.equal(helps.outcome, 'unclear');
	assert.match(helps.sentence, /a recipe helps, but that the gap is closed is not shown/);
	assert.equal(verdict({ small: 0.97, plain: 0.97, lars: 0.97 }, 0.001).outcome, 'unclear');
	assert.equal(verdictOf([]).outcome, 'unclear');
});

test('is unclear when 4,096 can be made to work and 16,384 cannot', () => {
	const [first, second] = largeBatchSizes as [number, number];
	const lars = sweepOf([...at(0.97, [first]).trials, ...at(0.9, [second]).trials]);
	const byRecipe = new Map([
		[baseline, at(0.97, [smallBatchSize])],
		[plain, at(0.8, largeBatchSizes)],
		['LARS', lars],
	]);
	const { outcome, sentence } = verdictOf([{ dataset: 'mnist', byRecipe }]);
	assert.equal(outcome, 'unclear');
	assert.match(sentence, /B = 4096: .* it closes the gap.*B = 16384: .* does not close the gap/);
});

test('a seed of η that diverged takes that η out of the comparison', () => {
	const diverging = at(0.99, largeBatchSizes).trials.map((trial) => ({ ...trial, eta: 1, diverged: trial.seed === 0 }));
	const byRecipe = new Map([
		[baseline, at(0.97, [smallBatchSize])],
		[plain, at(0.94, largeBatchSizes)],
		['LARS', sweepOf([...at(0.9, largeBatchSizes).trials, ...diverging])],
	]);
	assert.equal(verdictOf([{ dataset: 'mnist', byRecipe }]).outcome, 'does-not-hold');
});

test('the interval is wider for the best of four: 1 ± 8.860/√3 in place of 1 ± 4.303/√3 for differences of 0, 1 and 2', () => {
	const one = new Map([
		[0, 0],
		[1, 1],
		[2, 2],
	]);
	const other = new Map([
		[0, 0],
		[1, 0],
		[2, 0],
	]);
	const half = (comparisons: number) => pairedDifference(one, other, comparisons)!.high - 1;
	assert.ok(Math.abs(half(1) * Math.sqrt(3) - 4.3027) < 1e-3);
	assert.ok(Math.abs(half(4) * Math.sqrt(3) - 8.8602) < 1e-3);
	assert.equal(pairedDifference(one, new Map([[0, 0]]), 4), null);
});

test('every recipe has four rates for each B, and the training set is whole batches of every size', () => {
	for (const setting of [...settings.quick, ...settings.full]) {
		for (const { etas, name } of recipes(setting)) {
			for (const [size, rates] of etas) {
				assert.equal(new Set(rates).size, 4, name);
				assert.equal(setting.trainExamples % size, 0, `${name}, B = ${size}`);
			}
		}
	}
});

test('a recipe is judged with seeds that had no part in choosing its rate, and otherwise as it was tuned', () => {
	for (const setting of [...settings.quick, ...settings.full]) {
		for (const recipe of recipes(setting)) {
			const tuning = SweepSpec.parse(tuningSpec(recipe, setting));
			const judged = SweepSpec.parse(judgedSpec(recipe, setting, new Map([[4096, [0.4]]])));
			assert.ok(judged.seeds.every((seed) => !tuning.seeds.includes(seed)));
			assert.ok(judged.seeds.length >= 5);
			assert.deepEqual(
				judged.configurations!.map(({ batchSize, eta }) => [batchSize, eta]),
				[[4096, 0.4]],
			);
			const same = ({ name: _n, seeds: _s, configurations: _c, ...rest }: SweepSpec) => rest;
			assert.deepEqual(same(judged), same(tuning));
		}
	}
});
