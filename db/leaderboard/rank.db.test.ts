import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeaderboardPage } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { confidence95, interquartileRange, mean, median, sampleStd } from '@basin/core/domain/statistics.ts';
import fc from 'fast-check';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleDevice, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { getSweep } from '../sweeps/get.ts';
import { retryFailed } from '../sweeps/retry-failed.ts';
import { claimTrial } from '../trials/claim.ts';
import { failTrial } from '../trials/fail.ts';
import { finishTrial } from '../trials/finish.ts';
import { type LeaderboardQuery, rankSweep } from './rank.ts';

const { db } = await testDatabase();

const defaults: LeaderboardQuery = { rankBy: 'valAccuracy', accuracy: 'best', limit: 100 };
const devices = ['cpu-a', 'cpu-b'].map((key) => ({ ...sampleDevice, key, label: `label of ${key}` }));

type Ending =
	| { device: number; best: number; final: number; epochSeconds: number; updateSeconds: number }
	| { device: number; diverged: boolean };

async function end(trialId: string, ending: Ending, attemptNo = 1): Promise<void> {
	await claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 });
	const attempt = { db, trialId, attemptNo, device: devices[ending.device]!, artifacts: [] };
	if ('diverged' in ending) {
		const reason = ending.diverged ? 'diverged' : 'out_of_memory';
		await failTrial({ ...attempt, reason, message: reason });
	} else {
		const result = sampleResult({
			valAccuracy: ending.best,
			finalValAccuracy: ending.final,
			epochSecondsMedian: ending.epochSeconds,
			updateSecondsMedian: ending.updateSeconds,
		});
		await finishTrial({ ...attempt, result });
	}
}

/** Ends the trials of a sweep of `endings.length` configurations; null leaves one running. */
async function endedSweep(endings: (Ending | null)[][]): Promise<{ sweepId: string; trialIds: string[] }> {
	const seeds = endings[0]!.map((_, seed) => seed);
	const sweep = await sampleSweep(db, { configurations: endings.length, seeds });
	for (const [i, ending] of endings.flat().entries()) if (ending) await end(sweep.trialIds[i]!, ending);
	return sweep;
}

const rank = async (sweepId: string, query: Partial<LeaderboardQuery> = {}) =>
	LeaderboardPage.parse(await rankSweep({ db, sweepId, query: { ...defaults, ...query } }));

const fraction = fc.integer({ min: 1, max: 1000 }).map((n) => n / 1000);
const device = fc.constantFrom(0, 1);
const ending: fc.Arbitrary<Ending | null> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({ device, best: fraction, final: fraction, epochSeconds: fraction, updateSeconds: fraction }),
	},
	{ weight: 2, arbitrary: fc.record({ device, diverged: fc.boolean() }) },
	{ weight: 1, arbitrary: fc.constant(null) },
);

test('the leaderboard’s numbers are those of folding all results by hand', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc
				.integer({ min: 1, max: 4 })
				.chain((seeds) =>
					fc.array(fc.array(ending, { minLength: seeds, maxLength: seeds }), { minLength: 1, maxLength: 5 }),
				),
			fc.constantFrom('best' as const, 'final' as const),
			async (endings, accuracy) => {
				const { sweepId, trialIds } = await endedSweep(endings);
				const { items } = await rank(sweepId, { accuracy });
				const expected = endings.flatMap((seeds, no) => foldConfiguration(seeds, no, trialIds, accuracy));
				assert.equal(items.length, expected.length);
				for (const fold of expected) {
					const item = items.find(
						(one) =>
							one.configuration.eta === fold.eta && (one.seeds.succeeded === 0 || one.device?.key === fold.device),
					);
					assert.ok(item, `configuration ${fold.eta} on ${fold.device} is not listed`);
					assert.deepEqual(item.seeds, fold.seeds);
					assert.equal(item.diverged, fold.diverged);
					assert.equal(item.bestTrialId, fold.bestTrialId);
					near(numbersOf(item), fold.numbers);
				}
			},
		),
		{ numRuns: 25 },
	);
});

type Fold = {
	eta: number;
	device: string | null;
	seeds: { total: number; succeeded: number; failed: number };
	diverged: boolean;
	bestTrialId: string | null;
	numbers: (number | null)[];
};

/** What the board must say about one configuration: an entry per device, or one when no seed succeeded. */
function foldConfiguration(
	endings: (Ending | null)[],
	no: number,
	trialIds: string[],
	accuracy: 'best' | 'final',
): Fold[] {
	const ended = endings.flatMap((one, seed) =>
		one ? [{ ...one, trialId: trialIds[no * endings.length + seed]! }] : [],
	);
	const failed = ended.filter((one) => 'diverged' in one);
	const succeeded = ended.filter((one) => 'best' in one);
	const eta = (no + 1) / 1000;
	const entry = { eta, diverged: false, numbers: [], bestTrialId: null };
	if (succeeded.length === 0) {
		if (failed.length === 0) return [];
		const seeds = { total: endings.length, succeeded: 0, failed: failed.length };
		return [{ ...entry, device: null, seeds, diverged: failed.some((one) => one.diverged) }];
	}
	return [...Map.groupBy(succeeded, (one) => one.device)].map(([index, results]) => {
		const accuracies = results.map((one) => one[accuracy]);
		const seconds = results.map((one) => one.epochSeconds);
		const std = sampleStd(accuracies);
		return {
			...entry,
			device: devices[index]!.key,
			seeds: { total: endings.length, succeeded: results.length, failed: failed.length },
			bestTrialId: results.find((one) => one[accuracy] === Math.max(...accuracies))!.trialId,
			numbers: [
				mean(accuracies),
				std,
				...(confidence95(results.length, mean(accuracies), std) ?? [null, null]),
				median(seconds),
				...interquartileRange(seconds),
				median(results.map((one) => one.updateSeconds)),
			],
		};
	});
}

function numbersOf({ valAccuracy, epochSeconds, updateSeconds }: LeaderboardPage['items'][number]): (number | null)[] {
	if (!valAccuracy || !epochSeconds || !updateSeconds) return [];
	const { mean, std, ci95 } = valAccuracy;
	return [mean, std, ...(ci95 ?? [null, null]), epochSeconds.median, ...epochSeconds.iqr, updateSeconds.median];
}

function near(actual: (number | null)[], expected: (number | null)[]) {
	assert.equal(actual.length, expected.length);
	for (const [i, value] of expected.entries()) {
		if (value === null) assert.equal(actual[i], null);
		else assert.ok(Math.abs(actual[i]! - value) < 1e-9, `${actual} is not ${expected}`);
	}
}

const success = (best: number, epochSeconds: number, on = 0): Ending => ({
	device: on,
	best,
	final: 1 - best,
	epochSeconds,
	updateSeconds: 0.001,
});
const etas = (page: LeaderboardPage) => page.items.map((entry) => entry.configuration.eta * 1000);

test('each way of ranking gives its own order; diverged last under all, and the front is marked', async () => {
	const { sweepId } = await endedSweep([
		[success(0.9, 3)],
		[success(0.8, 1)],
		[success(0.7, 2)],
		[{ device: 0, diverged: true }],
	]);
	assert.deepEqual(etas(await rank(sweepId)), [1, 2, 3, 4]);
	assert.deepEqual(etas(await rank(sweepId, { accuracy: 'final' })), [3, 2, 1, 4]);
	assert.deepEqual(etas(await rank(sweepId, { rankBy: 'epochSeconds' })), [2, 3, 1, 4]);
	const pareto = await rank(sweepId, { rankBy: 'pareto' });
	assert.deepEqual(etas(pareto), [1, 2, 3, 4]);
	assert.deepEqual(
		pareto.items.map((entry) => [entry.onParetoFront, entry.diverged]),
		[
			[true, false],
			[true, false],
			[false, false],
			[false, true],
		],
	);
});

test('times of different devices are never ranked against each other: a board per device, each from rank 1', async () => {
	const { sweepId } = await endedSweep([
		[success(0.9, 3, 1)],
		[success(0.8, 1, 0)],
		[success(0.7, 2, 1)],
		[success(0.6, 4, 0)],
	]);
	const { items } = await rank(sweepId, { rankBy: 'epochSeconds' });
	assert.deepEqual(
		items.map((entry) => [entry.device?.key, entry.rank, entry.configuration.eta * 1000]),
		[
			['cpu-a', 1, 2],
			['cpu-a', 2, 4],
			['cpu-b', 1, 3],
			['cpu-b', 2, 1],
		],
	);
	assert.deepEqual(etas(await rank(sweepId, { device: 'cpu-b' })), [1, 3]);
});

test('filters leave only what matches, and ranks are those of what is left', async () => {
	const { sweepId } = await endedSweep([
		[success(0.9, 1), success(0.9, 1)],
		[success(0.95, 1), { device: 0, diverged: true }],
	]);
	assert.deepEqual(etas(await rank(sweepId)), [2, 1]);
	assert.deepEqual(etas(await rank(sweepId, { minSeeds: 2 })), [1]);
	const byEta = await rank(sweepId, { eta: 0.001, batchSize: 100, lambda: 0.9 });
	assert.deepEqual([etas(byEta), byEta.items[0]?.rank], [[1], 1]);
	assert.deepEqual(etas(await rank(sweepId, { batchSize: 7 })), []);
});

test('pages follow one another without a gap or a repetition, and one large page holds them all', async () => {
	const { sweepId } = await endedSweep(Array.from({ length: 7 }, (_, i) => [success((i + 1) / 10, 1)]));
	const paged: number[] = [];
	let cursor: string | undefined;
	do {
		const page = await rank(sweepId, { limit: 3, cursor });
		paged.push(...page.items.map((entry) => entry.rank));
		cursor = page.nextCursor ?? undefined;
	} while (cursor !== undefined);
	assert.deepEqual(paged, [1, 2, 3, 4, 5, 6, 7]);
	const all = await rank(sweepId, { limit: 10_000 });
	assert.deepEqual([all.items.length, all.nextCursor], [7, null]);
	for (const bad of ['x', 'LTE', 'W10']) {
		await assert.rejects(
			rank(sweepId, { cursor: bad }),
			(error) => error instanceof BasinError && error.code === 'invalid_request',
		);
	}
});

test('a configuration is on the board from its first ended seed, and a success replaces “no seed succeeded”', async () => {
	const { sweepId, trialIds } = await endedSweep([
		[{ device: 1, diverged: true }, null, null],
		[null, null, null],
	]);
	const diverged = (await rank(sweepId)).items;
	assert.deepEqual(
		diverged.map((entry) => [entry.diverged, entry.seeds, entry.device?.key]),
		[[true, { total: 3, succeeded: 0, failed: 1 }, 'cpu-b']],
	);
	await end(trialIds[1]!, success(0.9, 1));
	const succeeded = (await rank(sweepId)).items;
	assert.deepEqual(
		succeeded.map((entry) => [entry.diverged, entry.seeds, entry.device?.key]),
		[[false, { total: 3, succeeded: 1, failed: 1 }, 'cpu-a']],
	);
	assert.equal((await getSweep({ db, sweepId })).best?.trialId, trialIds[1]);
});

test('the leaderboard of a sweep that is not there is an error, not an empty list', async () => {
	await assert.rejects(rank('swp_none'), (error) => error instanceof BasinError && error.code === 'sweep_not_found');
});

test('the board of a sweep that ended is kept, and is a new one after the sweep went on and ended again', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 3 });
	for (const [place, trialId] of trialIds.entries()) {
		if (place === 2) await end(trialId, { device: 0, diverged: false });
		else await end(trialId, { device: 0, best: 0.9 + place / 100, final: 0.9, epochSeconds: 1, updateSeconds: 0.1 });
	}
	const board = async (query = defaults) =>
		(await rankSweep({ db, sweepId, query })).items.map(({ valAccuracy }) => valAccuracy?.mean ?? null);
	const first = await board();
	assert.deepEqual(first, [0.91, 0.9, null]);
	// What no verb does: seen only by who reads the rows again.
	await db.sql`update leaderboard_entry set best_mean = 0.5 where sweep_id = ${sweepId} and best_mean = 0.91`;
	assert.deepEqual(new Set(await board()), new Set([0.5, 0.9, null]), 'what is shown is read, its order is kept');
	assert.deepEqual((await board())[0], 0.5);
	assert.deepEqual((await board({ ...defaults, minSeeds: 1 }))[0], 0.9, 'another question has another board');
	await retryFailed({ db, sweepId });
	assert.deepEqual((await board())[0], 0.9, 'a sweep that goes on is read anew');
	await end(trialIds[2]!, { device: 0, best: 0.99, final: 0.9, epochSeconds: 1, updateSeconds: 0.1 }, 2);
	assert.deepEqual(await board(), [0.99, 0.9, 0.5]);
});
