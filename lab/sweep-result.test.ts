import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochSeconds, trialsAt, trialsAtBestEta } from './sweep-result.ts';
import { sweepOf, trialOf } from './testing/sweeps.ts';

/** One trial a seed with these last accuracies; null for one that diverged. */
const at = (eta: number, accuracies: (number | null)[], given = {}) =>
	accuracies.map((accuracy, seed) =>
		trialOf({ ...given, eta, seed, accuracies: [accuracy ?? 0.1], diverged: accuracy === null }),
	);

test('the best η is that of the best mean, and one of which a seed diverged is never chosen', () => {
	const sweep = sweepOf([...at(0.1, [0.9, 0.9]), ...at(0.3, [0.95, 0.91]), ...at(1, [0.99, null])]);
	assert.deepEqual(
		trialsAtBestEta(sweep, { batchSize: 100 }).map(({ eta, seed }) => [eta, seed]),
		[
			[0.3, 0],
			[0.3, 1],
		],
	);
	assert.equal(trialsAt(sweep, { eta: 1 }).length, 1, 'what is left of it would be a selection of the lucky');
});

test('a divergence counts where it happened: at another B or λ the same η may be chosen', () => {
	const sweep = sweepOf([
		...at(1, [0.99, 0.99], { batchSize: 1000 }),
		...at(1, [null, 0.99], { batchSize: 100 }),
		...at(0.1, [0.9, 0.9], { batchSize: 100 }),
		...at(1, [null, 0.99], { batchSize: 1000, lambda: 0 }),
	]);
	assert.equal(trialsAtBestEta(sweep, { batchSize: 1000, lambda: 0.9 })[0]?.eta, 1);
	assert.equal(trialsAtBestEta(sweep, { batchSize: 100 })[0]?.eta, 0.1);
});

test('ties go to the smaller η, and where every η diverged there is no best', () => {
	assert.equal(trialsAtBestEta(sweepOf([...at(0.3, [0.9]), ...at(0.1, [0.9])]), {})[0]?.eta, 0.1);
	assert.deepEqual(trialsAtBestEta(sweepOf(at(0.1, [null, 0.9])), {}), []);
	assert.deepEqual(trialsAtBestEta(sweepOf([]), {}), []);
});

test('the first epoch warms up and is left out of the seconds where there are more', () => {
	const trial = trialOf({ accuracies: [0.5, 0.6, 0.7] });
	trial.epochs[0]!.epochSeconds = 100;
	assert.equal(epochSeconds(trial), 1);
	assert.equal(epochSeconds({ ...trial, epochs: trial.epochs.slice(0, 1) }), 100);
});
