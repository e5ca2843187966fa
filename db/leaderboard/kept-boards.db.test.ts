import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inside } from '../../tests/races/hold.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleDevice, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import type { Db } from '../client.ts';
import { retryFailed } from '../sweeps/retry-failed.ts';
import { claimTrial } from '../trials/claim.ts';
import { failTrial } from '../trials/fail.ts';
import { finishTrial } from '../trials/finish.ts';
import { getTrial } from '../trials/get.ts';
import { readBoards, readChanges } from './packed-boards.ts';
import { type LeaderboardQuery, rankSweep } from './rank.ts';

const { db } = await testDatabase();

/** Boards are kept for a `Db`: what a process that has just started sees. */
const newProcess = (): Db => ({ ...db });

const byAccuracy: LeaderboardQuery = { rankBy: 'valAccuracy', accuracy: 'best', limit: 100 };
const queries: LeaderboardQuery[] = [
	byAccuracy,
	{ rankBy: 'epochSeconds', accuracy: 'final', limit: 2 },
	{ rankBy: 'secondsToTarget', target: 0.5, accuracy: 'best', limit: 100 },
	{ rankBy: 'pareto', accuracy: 'best', limit: 100, minSeeds: 2 },
	{ rankBy: 'valAccuracy', accuracy: 'best', limit: 100, device: 'cpu-b' },
	{ rankBy: 'valAccuracy', accuracy: 'best', limit: 100, eta: 0.002 },
];

const deviceOf = (key: string) => ({ ...sampleDevice, key });

async function claim(trialId: string): Promise<number> {
	const claimed = await claimTrial({ db, trialId, workerId: `worker of ${trialId}`, leaseSeconds: 60 });
	assert.ok(claimed, `${trialId} was not claimed`);
	return claimed.attemptNo;
}

async function finish(within: Db, trialId: string, attemptNo: number, valAccuracy: number, key = 'cpu-a') {
	const numbers = { valAccuracy, finalValAccuracy: 1 - valAccuracy, epochSecondsMedian: 1 - valAccuracy / 2 };
	const result = { ...sampleResult(numbers), milestones: [{ valAccuracy, trainSeconds: 1 / valAccuracy }] };
	assert.ok(await finishTrial({ db: within, trialId, attemptNo, result, device: deviceOf(key), artifacts: [] }));
}

const etasOf = async (process: Db, sweepId: string) =>
	(await rankSweep({ db: process, sweepId, query: byAccuracy })).items.map(({ configuration }) => configuration.eta);

const meansOf = async (process: Db, sweepId: string) =>
	(await rankSweep({ db: process, sweepId, query: byAccuracy })).items.map(({ valAccuracy }) => valAccuracy?.mean);

const step = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.record({
			trial: fc.nat(11),
			accuracy: fc.option(fc.integer({ min: 1, max: 999 }).map((n) => n / 1000)),
			device: fc.constantFrom('cpu-a', 'cpu-b'),
		}),
	},
	{ weight: 1, arbitrary: fc.constant('retry failed' as const) },
	{ weight: 5, arbitrary: fc.record({ process: fc.nat(1), query: fc.nat(queries.length - 1) }) },
);

test('a result that has committed is on the next page that is asked for, whoever keeps a board', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
			const { sweepId, trialIds } = await sampleSweep(db, { configurations: 4, seeds: [0, 1, 2] });
			const processes = [newProcess(), newProcess()];
			for (const one of [...steps, ...queries.map((_, query) => ({ process: query % 2, query }))]) {
				if (one === 'retry failed') await retryFailed({ db, sweepId });
				else if ('trial' in one) await endTrial(trialIds[one.trial]!, one.accuracy, one.device);
				else {
					const query = queries[one.query]!;
					const kept = await rankSweep({ db: processes[one.process]!, sweepId, query });
					assert.deepEqual(kept, await rankSweep({ db: newProcess(), sweepId, query }));
				}
			}
		}),
		{ numRuns: 25 },
	);
});

/** Nothing when it has ended already; it diverges without an accuracy. */
async function endTrial(trialId: string, accuracy: number | null, key: string): Promise<void> {
	const { state } = await getTrial({ db, trialId });
	if (state !== 'pending' && state !== 'queued') return;
	const attemptNo = await claim(trialId);
	if (accuracy !== null) return finish(db, trialId, attemptNo, accuracy, key);
	const failure = { reason: 'diverged' as const, message: 'diverged', device: deviceOf(key), artifacts: [] };
	assert.ok(await failTrial({ db, trialId, attemptNo, ...failure }));
}

for (const savepoint of [false, true]) {
	const how = savepoint ? 'in a savepoint' : 'directly';
	test(`a result whose transaction began before one that was read, and commits after, is on the next page (${how})`, async () => {
		// A second seed: its row is there before and after, so that no count of rows tells of it.
		const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2, seeds: [0, 1] });
		const [first, early, other, late] = trialIds as [string, string, string, string];
		const attempts = new Map<string, number>();
		for (const trialId of trialIds) attempts.set(trialId, await claim(trialId));
		// Device and speed are known from here on, so that neither of the others waits for the other's row.
		await finish(db, first, attempts.get(first)!, 0.4);
		await finish(db, other, attempts.get(other)!, 0.5);
		const process = newProcess();
		assert.deepEqual(await etasOf(process, sweepId), [0.002, 0.001]);
		await db.sql.begin(async (tx) => {
			await tx`select pg_current_xact_id()`;
			const finishEarly = (own: typeof tx) => finish(inside(db, own), early, attempts.get(early)!, 1);
			await (savepoint ? tx.savepoint(finishEarly) : finishEarly(tx));
			await finish(db, late, attempts.get(late)!, 0.6);
			assert.deepEqual(await meansOf(process, sweepId), [0.55, 0.4]);
		});
		assert.deepEqual(await meansOf(process, sweepId), [0.7, 0.55]);
		assert.deepEqual(await etasOf(process, sweepId), [0.001, 0.002]);
	});
}

test('requests at once go on from one kept board, and each has all that had committed when it asked', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 12 });
	const process = newProcess();
	const pages: Promise<void>[] = [];
	for (const [no, trialId] of trialIds.slice(1).entries()) {
		await finish(db, trialId, await claim(trialId), no / 100);
		pages.push(
			etasOf(process, sweepId).then((etas) => {
				assert.ok(etas.length > no, `${etas.length} rows after ${no + 1} results`);
				assert.equal(new Set(etas).size, etas.length);
			}),
		);
	}
	await Promise.all(pages);
	assert.equal((await etasOf(process, sweepId)).length, 11);
});

test('a mark says nothing to another server, to one that went back, or after so many transactions that numbers repeat', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	await finish(db, trialIds[0]!, await claim(trialIds[0]!), 0.5);
	const before = await readBoards(db, sweepId, byAccuracy);
	assert.ok(before && (await readChanges(db, sweepId, byAccuracy, before)));
	const { horizon, server } = before.mark;
	for (const mark of [
		{ horizon, server: `not ${server}` },
		{ horizon: horizon + 1_000, server },
		{ horizon: horizon - 2 ** 31, server },
	]) {
		assert.equal(await readChanges(db, sweepId, byAccuracy, { ...before, mark }), undefined);
	}
});
