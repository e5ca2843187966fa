import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descentNoise } from '../numeric/noise-scale.ts';
import type { TrialResult } from '../sweep-result.ts';
import { sweepOf, trialOf } from '../testing/sweeps.ts';
import { collapseFigure, collapseSpec, collapseVerdict, etaOf, rowsOf } from './noise-collapse.ts';
import { verdictOf } from './noise-scale.ts';

const place = (updates: number, scale: number, standardError: number) => ({
	...{ updates, noiseScale: scale },
	estimate: { log: Math.log(scale), standardError, degreesOfFreedom: 29 },
});

test('a noise scale that rises beyond its errors holds, one that falls does not, and errors that are wide say nothing', () => {
	assert.equal(verdictOf([place(0, 20, 0.1), place(1000, 200, 0.1)]).outcome, 'holds');
	assert.equal(verdictOf([place(0, 200, 0.1), place(1000, 20, 0.1)]).outcome, 'does-not-hold');
	assert.equal(verdictOf([place(0, 20, 0.5), place(1000, 30, 0.5)]).outcome, 'unclear');
	assert.equal(verdictOf([place(0, 20, 0.1)]).outcome, 'unclear');
	const lost = { updates: 3000, noiseScale: null, estimate: null };
	assert.equal(verdictOf([place(0, 20, 0.1), lost]).outcome, 'unclear', 'the last place counts, not the last known');
});

test('the configurations of one g have it exactly, whatever their B and λ', () => {
	const { configurations } = collapseSpec('full');
	const found = configurations!.map(({ batchSize, eta, lambda = 0 }) =>
		descentNoise({ eta, lambda, batchSize: batchSize as number, examples: 5000 }),
	);
	const wanted = [1, 3, 10, 30].flatMap((noise) => new Array<number>(6).fill(noise));
	for (const [no, noise] of found.entries()) assert.ok(Math.abs(noise / wanted[no]! - 1) < 1e-5, `${noise}`);
});

type Made = { noise?: number; small?: number[]; large?: number[]; rise?: number; diverged?: boolean };

/** One g whose B = 16 and B = 256 end at these accuracies, having risen by `rise` from the quarter before. */
function groupOf({ noise = 10, small = even, large = even, rise = 0, diverged = false }: Made) {
	return [0, 0.9].flatMap((lambda) =>
		(
			[
				[16, small],
				[256, large],
			] as const
		).flatMap(([batchSize, accuracies]) =>
			accuracies.map((accuracy, seed) =>
				trialOf({
					...{ batchSize, lambda, seed, eta: etaOf({ noise, batchSize, lambda }) },
					accuracies: [0.5, 0.6, accuracy - rise, accuracy],
					diverged: diverged && batchSize === 256 && seed === 0,
				}),
			),
		),
	);
}
const withRise = (trial: TrialResult) => ({
	...trial,
	epochs: trial.epochs.with(-2, { ...trial.epochs.at(-2)!, valAccuracy: 0.8 }),
});
const even = [0.94, 0.941, 0.942];
const outcome = (...groups: Made[]) => collapseVerdict(sweepOf(groups.flatMap(groupOf))).outcome;

test('equal noise: accuracies that are alike at every settled g hold; a B that is worse beyond the margin, or diverges, refutes', () => {
	assert.equal(outcome({}), 'holds');
	assert.equal(outcome({}, { noise: 3 }), 'holds');
	assert.equal(outcome({}, { noise: 3, large: [0.92, 0.9212, 0.922] }), 'does-not-hold');
	assert.equal(outcome({ diverged: true }), 'does-not-hold');
	assert.equal(outcome({ large: [0.94, 0.95, 0.93] }), 'unclear', 'seeds that scatter');
	assert.equal(outcome(), 'unclear');
	const onlySmallRises = sweepOf(groupOf({}).map((trial) => (trial.batchSize === 16 ? withRise(trial) : trial)));
	assert.equal(collapseVerdict(onlySmallRises).outcome, 'unclear', 'one B that still rises is enough');
});

test('equal noise: a g whose accuracies still rise decides nothing, since at equal epochs it is also the total step', () => {
	assert.equal(outcome({ rise: 0.02 }), 'unclear');
	assert.equal(outcome({ rise: 0.02, large: [0.9, 0.901, 0.902] }, { noise: 3 }), 'holds');
	const sweep = sweepOf([...groupOf({ rise: 0.02 }), ...groupOf({ noise: 3 })]);
	const [none, , settled, , rising] = rowsOf(sweep).map(({ rise }) => rise);
	assert.ok(none === null && Math.abs(settled!) < 1e-12 && Math.abs(rising! - 0.02) < 1e-12);
	assert.deepEqual(
		collapseFigure(sweep).series.map(({ name, draw }) => [name, draw]),
		[
			['B = 16', 'points'],
			['B = 16, not settled', 'hollow points'],
			['B = 256', 'points'],
			['B = 256, not settled', 'hollow points'],
		],
	);
});
