import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepOf, trialOf } from '../testing/sweeps.ts';
import { frontOf, pareto, retunedOf, verdictOf } from './pareto.ts';

type Config = { batchSize: number; accuracies: number[]; seconds: number; eta?: number; diverged?: boolean };

/** Each configuration with one accuracy a seed. */
const sweep = (...configs: Config[]) =>
	sweepOf(
		configs.flatMap(({ accuracies, ...config }) =>
			accuracies.map((accuracy, seed) => trialOf({ ...config, seed, accuracies: [0.1, accuracy] })),
		),
	);
const outcome = (...configs: Config[]) => verdictOf(retunedOf(sweep(...configs))).outcome;

const small = { batchSize: 10, accuracies: [0.98, 0.981, 0.982], seconds: 2 };
const middle = { batchSize: 100, accuracies: [0.97, 0.971, 0.972], seconds: 0.5 };
const large = { batchSize: 1000, accuracies: [0.92, 0.922, 0.921], seconds: 0.3 };

test('the front keeps what no other beats, fastest first', () => {
	const beaten = { batchSize: 32, accuracies: [0.96, 0.961, 0.962], seconds: 0.6 };
	const front = frontOf(retunedOf(sweep(small, middle, large, beaten)));
	assert.deepEqual(
		front.map(({ batchSize }) => batchSize),
		[1000, 100, 10],
	);
});

test('each B takes part with the η that did best, and one whose best is at the edge of the grid says so', () => {
	const rates = [0.01, 0.1, 1].map((eta, place) => ({ ...middle, eta, accuracies: [[0.9], [0.97], [0.95]][place]! }));
	assert.deepEqual(
		retunedOf(sweep(...rates)).map(({ eta, isAtEdge }) => [eta, isAtEdge]),
		[[0.1, false]],
	);
	const [edge] = retunedOf(sweep(...rates.slice(1)));
	assert.deepEqual([edge!.eta, edge!.isAtEdge], [0.1, true]);
});

test('a trade that is beyond the seeds and the quartiles holds when the smaller batch is the better one', () => {
	assert.equal(outcome(small, middle, large), 'holds');
	assert.equal(outcome({ ...small, seconds: 0.1 }, { ...large, accuracies: [0.99, 0.991, 0.992] }), 'does-not-hold');
});

test('one batch size that is best in both does not hold, if it is beyond the seeds', () => {
	assert.equal(outcome({ ...small, seconds: 0.1 }, middle, large), 'does-not-hold');
	assert.equal(outcome({ ...small, seconds: 0.1, accuracies: [0.98, 0.9, 0.99] }, large), 'unclear');
});

test('accuracies within the seeds, times within the quartiles, one seed, or no trial say nothing', () => {
	assert.equal(outcome({ ...small, accuracies: [0.93, 0.9, 0.95] }, large), 'unclear');
	assert.equal(outcome({ ...small, accuracies: [0.98] }, { ...large, accuracies: [0.92] }), 'unclear');
	assert.equal(verdictOf([]).outcome, 'unclear');
	const uneven = sweep(small, large);
	for (const [place, trial] of uneven.trials.entries())
		for (const epoch of trial.epochs) epoch.epochSeconds = [2, 0.1, 3, 1, 2.5, 0.2][place]!;
	assert.equal(verdictOf(retunedOf(uneven)).outcome, 'unclear');
});

test('what is drawn has the intervals of the accuracies, and the table those of the times', async () => {
	const context = { size: 'quick', runSweep: async () => sweep(small, large) } as never;
	const { figures, tables } = await pareto.run(context);
	const drawn = figures[0]!.series.filter(({ draw }) => draw === 'points').flatMap(({ points }) => points);
	assert.ok(drawn.length === 2 && drawn.every(({ low, high }) => low! < high!));
	assert.ok(tables[0]!.rows.every((row) => row.includes('2000 to 2000') || row.includes('300 to 300')));
});
