import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { everything, sampleArtifact, sampleDevice, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { cancelTrial } from '../trials/cancel.ts';
import { acknowledgeCancel } from '../trials/cancelled.ts';
import { claimTrial } from '../trials/claim.ts';
import { failTrial } from '../trials/fail.ts';
import { finishTrial } from '../trials/finish.ts';
import { getTrial } from '../trials/get.ts';
import { heartbeat } from '../trials/heartbeat.ts';
import { releaseTrial } from '../trials/release.ts';
import { cancelSweep } from './cancel.ts';
import { deleteSweep } from './delete.ts';
import { getSweep } from './get.ts';

const { db } = await testDatabase();
const { sql } = db;

const claim = (trialId: string) => claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 });
const finish = (trialId: string) =>
	finishTrial({
		db,
		trialId,
		attemptNo: 1,
		result: sampleResult(),
		device: sampleDevice,
		artifacts: [sampleArtifact(trialId, 1)],
	});
const codeIs = (code: string) => (error: unknown) => error instanceof BasinError && error.code === code;

test('cancelling a sweep ends what waits at once, tells what runs, and closes with the last', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 4 });
	const [done, running] = trialIds as [string, string];
	await claim(done);
	await finish(done);
	await claim(running);
	const sweep = await cancelSweep({ db, sweepId });
	assert.equal(sweep.state, 'cancelling');
	assert.deepEqual([sweep.counts.succeeded, sweep.counts.running, sweep.counts.cancelled], [1, 1, 2]);
	assert.deepEqual(
		await sql`select from outbox where trial_id = any(${trialIds.slice(2)})`.then((rows) => rows.length),
		0,
	);
	assert.equal(await heartbeat({ db, trialId: running, attemptNo: 1, leaseSeconds: 60 }), 'cancel');
	assert.equal(await acknowledgeCancel({ db, trialId: running, attemptNo: 1 }), true);
	const closed = await getSweep({ db, sweepId });
	assert.deepEqual(
		[closed.state, closed.counts.cancelled, closed.stopReason],
		['cancelled', 3, 'Cancelled by request.'],
	);
	assert.equal((await getTrial({ db, trialId: running })).attempts[0]?.outcome, 'cancelled');
});

test('cancelling again changes nothing, and an ended sweep cannot be cancelled', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	await claim(trialIds[0]!);
	await cancelSweep({ db, sweepId });
	const before = await everything(db);
	assert.equal((await cancelSweep({ db, sweepId })).state, 'cancelling');
	assert.deepEqual(await everything(db), before);
	await acknowledgeCancel({ db, trialId: trialIds[0]!, attemptNo: 1 });
	await assert.rejects(cancelSweep({ db, sweepId }), codeIs('already_terminal'));
	await assert.rejects(cancelSweep({ db, sweepId: 'swp_none' }), codeIs('sweep_not_found'));
});

test('a sweep that nobody has started is cancelled on the spot', async () => {
	const { sweepId } = await sampleSweep(db, { configurations: 3 });
	const sweep = await cancelSweep({ db, sweepId });
	assert.deepEqual([sweep.state, sweep.counts.cancelled], ['cancelled', 3]);
});

test('a trial that finishes although it was told to cancel has succeeded: the work is done', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	await claim(trialIds[0]!);
	await cancelSweep({ db, sweepId });
	assert.equal(await finish(trialIds[0]!), true);
	const sweep = await getSweep({ db, sweepId });
	assert.deepEqual([sweep.state, sweep.counts.succeeded], ['cancelled', 1]);
});

for (const [name, end] of Object.entries({
	released: (trialId: string) => releaseTrial({ db, trialId, attemptNo: 1 }),
	'failed for a reason that is tried again': (trialId: string) =>
		failTrial({
			db,
			trialId,
			attemptNo: 1,
			reason: 'infrastructure',
			message: 'S3 is away',
			device: null,
			artifacts: [],
		}),
})) {
	test(`a trial of a cancelled sweep that is ${name} is not queued again`, async () => {
		const { sweepId, trialIds } = await sampleSweep(db);
		await claim(trialIds[0]!);
		await cancelSweep({ db, sweepId });
		assert.equal(await end(trialIds[0]!), true);
		assert.equal((await getTrial({ db, trialId: trialIds[0]! })).state, 'cancelled');
		assert.equal((await getSweep({ db, sweepId })).state, 'cancelled');
	});
}

test('claims, finishes and releases that race with a cancel leave every trial ended and the sweep closed', async () => {
	for (let round = 0; round < 10; round++) {
		const { sweepId, trialIds } = await sampleSweep(db, { configurations: 12 });
		const work = trialIds.map(async (trialId, i) => {
			if (!(await claim(trialId))) return;
			if (i % 3 === 0) await finish(trialId);
			if (i % 3 === 1) await releaseTrial({ db, trialId, attemptNo: 1 });
		});
		await Promise.all([...work, cancelSweep({ db, sweepId })]);
		await sql`
			update trial set cancel_requested_at = now() - interval '1 minute'
			where sweep_id = ${sweepId} and cancel_requested_at is not null and state = 'running'`;
		await reconcile({ db, redispatchAfterSeconds: 3600 });
		const { state, counts } = await getSweep({ db, sweepId });
		assert.equal(state, 'cancelled');
		assert.equal(counts.succeeded + counts.cancelled, 12);
	}
});

test('one trial is cancelled: at once while it waits, by its worker while it runs, not when it has ended', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	const [waiting, running] = trialIds as [string, string];
	assert.equal((await cancelTrial({ db, trialId: waiting })).state, 'cancelled');
	assert.equal(await claim(waiting), null);
	await claim(running);
	assert.equal(await acknowledgeCancel({ db, trialId: running, attemptNo: 1 }), false, 'nobody had asked');
	assert.equal((await cancelTrial({ db, trialId: running })).state, 'running');
	assert.equal(await heartbeat({ db, trialId: running, attemptNo: 1, leaseSeconds: 60 }), 'cancel');
	await acknowledgeCancel({ db, trialId: running, attemptNo: 1 });
	await assert.rejects(cancelTrial({ db, trialId: running }), codeIs('already_terminal'));
	await assert.rejects(cancelTrial({ db, trialId: 'trl_none' }), codeIs('trial_not_found'));
	assert.equal((await getSweep({ db, sweepId })).state, 'cancelled');
});

test('only an ended sweep can be deleted; everything of it goes, and its objects are named', async () => {
	const before = await everything(db);
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	await assert.rejects(deleteSweep({ db, sweepId }), codeIs('not_terminal'));
	for (const trialId of trialIds) await claim(trialId);
	await finish(trialIds[0]!);
	const failed = { db, trialId: trialIds[1]!, attemptNo: 1, device: sampleDevice };
	await failTrial({ ...failed, reason: 'bad_config', message: 'no', artifacts: [sampleArtifact(trialIds[1]!, 1)] });
	const { artifactKeys } = await deleteSweep({ db, sweepId });
	assert.deepEqual(
		artifactKeys.sort(),
		trialIds.map((trialId) => sampleArtifact(trialId, 1).key),
	);
	const after = await everything(db);
	assert.match(after.deleted_sweep!, new RegExp(sweepId));
	for (const table of ['device', 'speed', 'worker', 'deleted_sweep']) after[table] = before[table]!;
	assert.deepEqual(after, before);
	await assert.rejects(deleteSweep({ db, sweepId }), codeIs('sweep_not_found'));
});
