import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { failureBudgets } from '@basin/core/domain/trial-state.ts';
import { untilBlocked } from '../../tests/support/locks.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import {
	everything,
	sampleArtifact,
	sampleCheckpoint,
	sampleDevice,
	sampleMetrics,
	sampleResult,
	sampleSweep,
} from '../../tests/support/samples.ts';
import { rankSweep } from '../leaderboard/rank.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { claimTrial } from '../trials/claim.ts';
import { failTrial } from '../trials/fail.ts';
import { finishTrial } from '../trials/finish.ts';
import { getTrial } from '../trials/get.ts';
import { listArtifacts } from '../trials/list-artifacts.ts';
import { listMetrics } from '../trials/list-metrics.ts';
import { recordCheckpoint } from '../trials/record-checkpoint.ts';
import { recordEpoch } from '../trials/record-epoch.ts';
import { cancelSweep } from './cancel.ts';
import { deleteSweep } from './delete.ts';
import { getSweep } from './get.ts';
import { pauseSweep } from './pause.ts';
import { retryFailed } from './retry-failed.ts';
import { stopSweep } from './stop.ts';

const { db } = await testDatabase();
const { sql } = db;

type Reason = 'diverged' | 'bad_config' | 'unknown';

async function claim(trialId: string): Promise<number> {
	await sql`update trial set due_at = now() where id = ${trialId} and state in ('pending', 'queued')`;
	return (await claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 }))!.attemptNo;
}
async function succeed(trialId: string): Promise<void> {
	const attemptNo = await claim(trialId);
	const artifacts = [sampleArtifact(trialId, attemptNo)];
	assert.ok(await finishTrial({ db, trialId, attemptNo, result: sampleResult(), device: sampleDevice, artifacts }));
}
async function fail(trialId: string, reason: Reason = 'bad_config'): Promise<void> {
	const attemptNo = await claim(trialId);
	const artifacts = [sampleArtifact(trialId, attemptNo)];
	assert.ok(await failTrial({ db, trialId, attemptNo, reason, message: 'no', device: sampleDevice, artifacts }));
}
const retry = (sweepId: string) => retryFailed({ db, sweepId });
const board = async (sweepId: string) =>
	(await rankSweep({ db, sweepId, query: { rankBy: 'valAccuracy', accuracy: 'best', limit: 100 } })).items;
const codeIs = (code: string) => (error: unknown) => error instanceof BasinError && error.code === code;

test('every failed trial runs again with a whole budget and gapless attempts; the sweep is open and ends as it must', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	const [good, bad] = trialIds as [string, string];
	await succeed(good);
	for (let i = 0; i <= failureBudgets.unknown; i++) await fail(bad, 'unknown');
	assert.equal((await getSweep({ db, sweepId })).state, 'completed');

	const sweep = await retry(sweepId);
	assert.deepEqual(
		[sweep.state, sweep.retried, sweep.counts.succeeded, sweep.counts.queued, sweep.finishedAt],
		['running', 1, 1, 1, null],
	);
	const waiting = await getTrial({ db, trialId: bad });
	assert.deepEqual([waiting.state, waiting.reason, waiting.message, waiting.finishedAt], ['queued', null, null, null]);
	const [message] = await sql`
		select from outbox join trial on trial.id = trial_id and trial.dispatch_no = outbox.dispatch_no
		where trial_id = ${bad}`;
	assert.ok(message);

	for (let i = 0; i < failureBudgets.unknown; i++) await fail(bad, 'unknown');
	assert.equal((await getTrial({ db, trialId: bad })).state, 'queued', 'the budget is whole');
	await succeed(bad);
	const { attempts } = await getTrial({ db, trialId: bad });
	assert.deepEqual(
		attempts.map(({ attemptNo }) => attemptNo),
		[1, 2, 3, 4, 5, 6],
	);
	const ended = await getSweep({ db, sweepId });
	assert.deepEqual([ended.state, ended.counts.succeeded], ['completed', 2]);
});

test('nothing that succeeded is touched: its row, result, artifacts and place on the board stay byte for byte', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	await succeed(trialIds[0]!);
	await fail(trialIds[1]!);
	const read = () => sql`
		select trial, result, artifact, leaderboard_entry
		from trial join result on result.trial_id = trial.id join artifact on artifact.trial_id = trial.id
		join leaderboard_entry on leaderboard_entry.sweep_id = trial.sweep_id
			and leaderboard_entry.configuration_no = trial.configuration_no
		where trial.id = ${trialIds[0]!}`;
	const before = await read();
	assert.equal(before.length, 1);
	await retry(sweepId);
	assert.deepEqual(await read(), before);
});

test('the curve of the failed attempt is not shown as that of the trial which waits to begin anew', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	const attemptNo = await claim(trialId);
	await recordEpoch({ db, trialId, attemptNo, metrics: sampleMetrics(1) });
	const why = { reason: 'diverged', message: 'NaN' } as const;
	await failTrial({ db, trialId, attemptNo, ...why, device: sampleDevice, artifacts: [] });
	assert.equal((await listMetrics({ db, trialId, limit: 10 })).items.length, 1);
	await retry(sweepId);
	assert.deepEqual((await listMetrics({ db, trialId, limit: 10 })).items, []);
});

test('a deleted sweep leaves no row in any table, but the note that it was there', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 3 });
	const [good, bad, stopped] = trialIds as [string, string, string];
	const curve = (trialId: string, attemptNo: number) =>
		recordEpoch({ db, trialId, attemptNo, metrics: sampleMetrics(1) });
	await curve(stopped, await claim(stopped));
	await recordCheckpoint({ db, trialId: stopped, attemptNo: 1, checkpoint: sampleCheckpoint(stopped, 1, 1) });
	await succeed(good);
	await fail(bad);
	await cancelSweep({ db, sweepId });
	await sql`update trial set cancel_requested_at = now() - interval '1 minute' where id = ${stopped}`;
	await reconcile({ db, redispatchAfterSeconds: 600 });
	await deleteSweep({ db, sweepId });
	const tables = await sql<{ name: string; column: string }[]>`
		select relname as name, attname as column from pg_class join pg_attribute on attrelid = pg_class.oid
		where relnamespace = 'public'::regnamespace and relkind = 'r' and attname in ('trial_id', 'sweep_id')`;
	assert.ok(tables.length >= 10);
	for (const { name, column } of tables) {
		const rows = await sql`select from ${sql(name)} where ${sql(column)} = any(${[sweepId, ...trialIds]})`;
		assert.equal(rows.length, 0, name);
	}
});

test('the board forgets the failure, and counts what comes of the retry', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2, seeds: [0, 1] });
	const [a0, a1, b0, b1] = trialIds as [string, string, string, string];
	await fail(a0, 'diverged');
	await fail(a1, 'diverged');
	await succeed(b0);
	await fail(b1);
	const seedsOf = async () =>
		(await board(sweepId)).map(({ seeds, diverged }) => [seeds.succeeded, seeds.failed, diverged]);
	assert.deepEqual(await seedsOf(), [
		[1, 1, false],
		[0, 2, true],
	]);
	assert.equal((await retry(sweepId)).retried, 3);
	assert.deepEqual(await seedsOf(), [[1, 0, false]]);
	await fail(a0);
	await succeed(a1);
	await succeed(b1);
	assert.deepEqual((await seedsOf()).toSorted(), [
		[1, 1, false],
		[2, 0, false],
	]);
});

test('what a failed attempt left is no longer shown, and the next may leave files of the same name', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await fail(trialId);
	assert.equal((await listArtifacts({ db, trialId })).length, 1);
	await retry(sweepId);
	assert.deepEqual(await listArtifacts({ db, trialId }), []);
	await succeed(trialId);
	assert.deepEqual(await listArtifacts({ db, trialId }), [sampleArtifact(trialId, 2)]);
});

test('without a failed trial nothing changes, and a second retry changes no more', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	await succeed(trialIds[0]!);
	let before = await everything(db);
	assert.equal((await retry(sweepId)).retried, 0);
	assert.deepEqual(await everything(db), before);
	await fail(trialIds[1]!);
	await retry(sweepId);
	before = await everything(db);
	assert.equal((await retry(sweepId)).retried, 0);
	assert.deepEqual(await everything(db), before);
	await assert.rejects(retry('swp_none'), codeIs('sweep_not_found'));
});

test('a sweep on its way to its end is left alone; a paused one keeps its trials waiting', async () => {
	for (const end of [stopSweep, cancelSweep]) {
		const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
		await fail(trialIds[0]!);
		await claim(trialIds[1]!);
		await end({ db, sweepId });
		const before = await everything(db);
		await assert.rejects(retry(sweepId), codeIs('state_conflict'));
		assert.deepEqual(await everything(db), before);
	}
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	await fail(trialIds[0]!);
	await pauseSweep({ db, sweepId });
	const paused = await retry(sweepId);
	assert.deepEqual([paused.state, paused.retried, paused.counts.queued], ['paused', 1, 1]);
	assert.equal((await sql`select from outbox where trial_id = any(${trialIds})`).length, 0);
});

test('a sweep that its budget of failures had stopped is judged anew', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { budget: { maxFailedTrials: 0, maxSeconds: 3600 } });
	const [trialId] = trialIds as [string];
	const run = () => reconcile({ db, redispatchAfterSeconds: 3600 });
	await fail(trialId);
	await run();
	await sql`update sweep set started_at = now() - interval '1 day' where id = ${sweepId}`;
	const again = await retry(sweepId);
	assert.deepEqual([again.state, again.stopReason], ['running', null]);
	await run();
	assert.equal((await getSweep({ db, sweepId })).state, 'running', 'both budgets begin again');
	await succeed(trialId);
	assert.equal((await getSweep({ db, sweepId })).state, 'completed');
});

test('a retry between the last trial’s end and the close of its sweep keeps the sweep open', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	await fail(trialIds[0]!);
	await claim(trialIds[1]!);
	let closing: Promise<unknown> = Promise.resolve();
	await sql.begin(async (tx) => {
		// Holds the other transaction between its look at the trials and its lock of the sweep: nothing before reads the table.
		await tx`lock table sweep in access exclusive mode`;
		closing = sql`select cancel_running_trial(${trialIds[1]!}, 1)`.execute();
		await untilBlocked(db);
		const [row] = await tx<{ retried: number }[]>`select retried from retry_failed_trials(${sweepId})`;
		assert.equal(row!.retried, 1);
	});
	await closing;
	const sweep = await getSweep({ db, sweepId });
	assert.deepEqual([sweep.state, sweep.counts.queued], ['running', 1]);
});

test('retry and delete of the same sweep: whoever is second finds what the first has made of it', async () => {
	for (const [first, second, code] of [
		[retryFailed, deleteSweep, 'not_terminal'],
		[deleteSweep, retryFailed, 'sweep_not_found'],
	] as const) {
		const { sweepId, trialIds } = await sampleSweep(db);
		await fail(trialIds[0]!);
		let other: Promise<unknown> = Promise.resolve();
		await sql.begin(async (tx) => {
			const held = { ...db, sql: Object.assign(tx, { begin: (work: (t: typeof tx) => unknown) => work(tx) }) };
			await (first as (input: object) => Promise<unknown>)({ db: held, sweepId });
			other = assert.rejects((second as (input: object) => Promise<unknown>)({ db, sweepId }), codeIs(code));
			await untilBlocked(db);
		});
		await other;
	}
});

test('two retries at once give each failed trial one budget', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 20 });
	for (const trialId of trialIds) await fail(trialId);
	const retried = await Promise.all([retry(sweepId), retry(sweepId), retry(sweepId)]);
	assert.equal(
		retried.reduce((sum, sweep) => sum + sweep.retried, 0),
		20,
	);
	const [row] = await sql`
		select max(budget_no) as budgets, count(*) filter (where state = 'queued') as queued
		from trial where sweep_id = ${sweepId}`;
	assert.deepEqual(row, { budgets: 2, queued: 20 });
});
