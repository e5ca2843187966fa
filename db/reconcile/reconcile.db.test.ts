import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureBudgets } from '@basin/core/domain/trial-state.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { everything, sampleDevice, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { relayOutbox } from '../outbox/relay.ts';
import { getSweep } from '../sweeps/get.ts';
import { pauseSweep } from '../sweeps/pause.ts';
import { cancelTrial } from '../trials/cancel.ts';
import { claimTrial } from '../trials/claim.ts';
import { failTrial } from '../trials/fail.ts';
import { finishTrial } from '../trials/finish.ts';
import { getTrial } from '../trials/get.ts';
import { reconcile } from './reconcile.ts';
import { redispatchStranded } from './redispatch.ts';

const { db } = await testDatabase();
const { sql } = db;

const none = { requeued: 0, failed: 0, redispatched: 0, cancelled: 0, closed: 0 };
const run = () => reconcile({ db, redispatchAfterSeconds: 60 });
const relay = () =>
	relayOutbox({ db, send: async (batch) => ({ successfulIds: batch.map(({ id }) => id) }), window: 1e6 });
const expire = (trialIds: string[]) =>
	sql`update trial set lease_expires_at = now() - interval '1 ms' where id = any(${trialIds}) and state = 'running'`;

async function claim(trialId: string): Promise<number> {
	await sql`update trial set due_at = now() where id = ${trialId}`;
	return (await claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 }))!.attemptNo;
}

const finish = (trialId: string, attemptNo = 1) =>
	finishTrial({ db, trialId, attemptNo, result: sampleResult(), device: sampleDevice, artifacts: [] });

test('a trial whose worker went silent is queued again, with a new message, until its budget is used up', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	for (let lost = 1; lost <= failureBudgets.infrastructure; lost++) {
		await claim(trialId);
		assert.deepEqual(await run(), none, 'the lease is still good');
		await expire(trialIds);
		assert.deepEqual(await run(), { ...none, requeued: 1 });
		const [message] = await sql`
			select from outbox join trial on trial.id = trial_id and outbox.dispatch_no = trial.dispatch_no
			where trial_id = ${trialId}`;
		assert.ok(message);
	}
	await claim(trialId);
	await expire(trialIds);
	assert.deepEqual(await run(), { ...none, failed: 1 });
	const trial = await getTrial({ db, trialId });
	assert.deepEqual([trial.state, trial.reason], ['failed', 'infrastructure']);
	assert.deepEqual(new Set(trial.attempts.map(({ outcome }) => outcome)), new Set(['lost']));
	assert.equal((await getSweep({ db, sweepId })).state, 'failed');
});

test('after one run there is nothing left to do: a second changes nothing', async () => {
	const { trialIds } = await sampleSweep(db, { configurations: 5 });
	for (const trialId of trialIds) await claim(trialId);
	await expire(trialIds);
	await run();
	const before = await everything(db);
	assert.deepEqual(await run(), none);
	assert.deepEqual(await everything(db), before);
});

test('three reconcilers at once take each lost lease once', async () => {
	const { trialIds } = await sampleSweep(db, { configurations: 30 });
	for (const trialId of trialIds) await claim(trialId);
	await expire(trialIds);
	const runs = await Promise.all([run(), run(), run()]);
	assert.equal(
		runs.reduce((sum, { requeued }) => sum + requeued, 0),
		30,
	);
	const [row] = await sql`
		select count(*) filter (where state = 'queued') as queued, max(infrastructure_failures) as failures
		from trial where id = any(${trialIds})`;
	assert.deepEqual(row, { queued: 30, failures: 1 });
	for (const trialId of trialIds) assert.equal((await getTrial({ db, trialId })).attempts.length, 1);
});

test('a reconciler that races with finishing workers: each trial ends once, as one of the two says', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 40 });
	for (const trialId of trialIds) await claim(trialId);
	await expire(trialIds);
	const finishes = trialIds.toReversed().map((trialId) => finish(trialId));
	const [counts, ...finished] = await Promise.all([run(), ...finishes]);
	assert.equal(finished.filter(Boolean).length + counts.requeued, 40);
	const { counts: trials } = await getSweep({ db, sweepId });
	assert.deepEqual([trials.succeeded, trials.queued], [finished.filter(Boolean).length, counts.requeued]);
});

test('a message that nobody has claimed for too long is sent again, each time after twice the wait', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await relay();
	const age = (seconds: number) =>
		sql`update trial set dispatched_at = now() - ${seconds} * interval '1 second' where id = ${trialId}`;
	for (const [waited, redispatched] of [
		[59, 0],
		[61, 1],
		[119, 0],
		[121, 1],
		[239, 0],
		[241, 1],
	] as const) {
		await age(waited);
		assert.deepEqual(await run(), { ...none, redispatched }, `after ${waited} s`);
		if (redispatched) {
			assert.equal((await run()).redispatched, 0, 'its message has not been sent yet');
			await relay();
		}
	}
	const [row] = await sql`select dispatch_no, state from trial where id = ${trialId}`;
	assert.deepEqual(row, { dispatch_no: 4, state: 'queued' });
	await claim(trialId);
});

test('while a trial’s new message has not been sent, no further one is made', async () => {
	const { trialIds } = await sampleSweep(db);
	await relay();
	await sql`update trial set dispatched_at = now() - interval '1 day' where id = any(${trialIds})`;
	assert.deepEqual(await run(), { ...none, redispatched: 1 });
	assert.deepEqual(await run(), none);
});

test('a trial that waits with no message on its way is sent again, unless its sweep is paused', async () => {
	const { trialIds } = await sampleSweep(db, { configurations: 4 });
	const { sweepId: pausedId, trialIds: pausedTrials } = await sampleSweep(db, { configurations: 2 });
	const [running, sent, ...stranded] = trialIds as [string, string, string, string];
	await claim(running);
	await relay();
	await pauseSweep({ db, sweepId: pausedId });
	await sql`update trial set dispatched_at = null where id = any(${stranded})`;
	assert.equal(await redispatchStranded(db), 2);
	assert.equal(await redispatchStranded(db), 0);
	const unsent =
		await sql`select trial_id as id from outbox where trial_id = any(${[...trialIds, ...pausedTrials]}) order by 1`;
	assert.deepEqual(
		unsent.map(({ id }) => id),
		stranded,
		`neither ${running}, which runs, nor ${sent}, whose message lies in the queue`,
	);
	for (const trialId of stranded) assert.ok(await claim(trialId));
});

test('a sweep that was paused between the reconciler’s look and its write is not stopped for its budget', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { budget: { maxSeconds: 1 } });
	await claim(trialIds[0]!);
	await sql`update sweep set started_at = now() - interval '1 hour' where id = ${sweepId}`;
	await pauseSweep({ db, sweepId });
	const [row] = await sql`select stop_over_budget(${sweepId}) as stopped`;
	assert.deepEqual([row!.stopped, (await getSweep({ db, sweepId })).state], [false, 'paused']);
	await finish(trialIds[0]!);
});

test('what has changed between the reconciler’s look and its write is left alone', async () => {
	const { trialIds } = await sampleSweep(db, { configurations: 3 });
	const [renewed, other, finished] = trialIds as [string, string, string];
	for (const trialId of trialIds) await claim(trialId);
	for (const trialId of [other, finished]) await cancelTrial({ db, trialId });
	await finish(finished);
	const setLease = (left: string) =>
		sql`update trial set lease_expires_at = now() + ${left}::interval where id = ${other}`;
	await setLease('-1 hour');
	const before = await everything(db);
	const [row] = await sql`
		select expire_lease(${renewed}, 1) as renewed, expire_lease(${other}, 2) as of_another_attempt,
			enforce_cancel(${other}, 1, 20) as asked_just_now, enforce_cancel(${finished}, 1, 0) as finished`;
	assert.deepEqual(row, { renewed: null, of_another_attempt: null, asked_just_now: false, finished: false });
	assert.deepEqual(await everything(db), before);
	await setLease('1 hour');
});

test('a worker that ignores a cancel loses its trial early enough for the 20 s to be kept', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await claim(trialId);
	await cancelTrial({ db, trialId });
	await sql`update trial set cancel_requested_at = now() - interval '17 seconds' where id = ${trialId}`;
	assert.deepEqual(await run(), none);
	await sql`update trial set cancel_requested_at = now() - interval '18.1 seconds' where id = ${trialId}`;
	assert.deepEqual(await run(), { ...none, cancelled: 1 });
	assert.equal(await finish(trialId), false);
	assert.equal((await getSweep({ db, sweepId })).state, 'cancelled');
});

test('a sweep that has run for its budget of seconds stops: what waits is dropped, what runs may end', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 3, budget: { maxSeconds: 100 } });
	await claim(trialIds[0]!);
	await sql`update sweep set started_at = now() - interval '99 seconds' where id = ${sweepId}`;
	assert.deepEqual(await run(), none);
	await sql`update sweep set started_at = now() - interval '101 seconds' where id = ${sweepId}`;
	assert.deepEqual(await run(), { ...none, cancelled: 2 });
	const stopping = await getSweep({ db, sweepId });
	assert.deepEqual(
		[stopping.state, stopping.stopReason, stopping.counts.running],
		['stopping', 'It has run for its budget of 100 seconds.', 1],
	);
	await finish(trialIds[0]!);
	assert.equal((await getSweep({ db, sweepId })).state, 'completed');
});

test('a sweep with more failed trials than its budget stops', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 4, budget: { maxFailedTrials: 1 } });
	for (const [failures, state] of [
		[1, 'running'],
		[2, 'failed'],
	] as const) {
		const trialId = trialIds[failures]!;
		const attemptNo = await claim(trialId);
		await failTrial({ db, trialId, attemptNo, reason: 'diverged', message: 'NaN', device: null, artifacts: [] });
		await run();
		assert.equal((await getSweep({ db, sweepId })).state, state);
	}
	const sweep = await getSweep({ db, sweepId });
	assert.equal(sweep.stopReason, 'More than 1 of its trials failed, which is its budget.');
	assert.deepEqual([sweep.counts.failed, sweep.counts.cancelled], [2, 2]);
});

test('a trial of a stopping sweep that loses its lease is not tried again', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { budget: { maxSeconds: 1 } });
	await claim(trialIds[0]!);
	await sql`update sweep set started_at = now() - interval '1 hour' where id = ${sweepId}`;
	await run();
	await expire(trialIds);
	await run();
	assert.equal((await getTrial({ db, trialId: trialIds[0]! })).state, 'cancelled');
	assert.equal((await getSweep({ db, sweepId })).state, 'failed');
});

test('a sweep whose last trials ended at the same moment, each unseen by the other, is closed', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	for (const trialId of trialIds) await claim(trialId);
	await sql.begin(async (tx) => {
		// Holding the sweep's row is what makes both finishes leave it to the reconciler.
		await tx`select from sweep where id = ${sweepId} for no key update`;
		await Promise.all(trialIds.map((trialId) => finish(trialId)));
	});
	assert.equal((await getSweep({ db, sweepId })).state, 'running');
	assert.deepEqual(await run(), { ...none, closed: 1 });
	assert.equal((await getSweep({ db, sweepId })).state, 'completed');
});

test('a sweep whose first claim could not note the start is started', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	await sql.begin(async (tx) => {
		await tx`select from sweep where id = ${sweepId} for no key update`;
		await claim(trialIds[0]!);
	});
	assert.equal((await getSweep({ db, sweepId })).state, 'queued');
	await run();
	assert.equal((await getSweep({ db, sweepId })).state, 'running');
});

test('more lost leases than fit a page are all taken', async () => {
	const { trialIds } = await sampleSweep(db, { configurations: 450 });
	await sql`
		with claimed as (
			update trial set state = 'running', attempt_no = 1, lease_expires_at = now() - interval '1 second'
			where id = any(${trialIds}) returning id
		)
		insert into attempt (trial_id, attempt_no, worker_id) select id, 1, 'worker' from claimed`;
	assert.equal((await run()).requeued, 450);
});
