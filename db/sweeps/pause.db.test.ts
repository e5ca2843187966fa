import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { everything, sampleDevice, sampleMetrics, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { relayOutbox } from '../outbox/relay.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { claimTrial } from '../trials/claim.ts';
import { finishTrial } from '../trials/finish.ts';
import { getTrial } from '../trials/get.ts';
import { heartbeat } from '../trials/heartbeat.ts';
import { recordEpoch } from '../trials/record-epoch.ts';
import { releaseTrial } from '../trials/release.ts';
import { cancelSweep } from './cancel.ts';
import { getSweep } from './get.ts';
import { pauseSweep } from './pause.ts';
import { resumeSweep } from './resume.ts';
import { stopSweep } from './stop.ts';

const { db } = await testDatabase();
const { sql } = db;

const claim = (trialId: string) => claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 });
const beat = (trialId: string, attemptNo = 1) => heartbeat({ db, trialId, attemptNo, leaseSeconds: 60 });
const finish = (trialId: string, attemptNo = 1) =>
	finishTrial({ db, trialId, attemptNo, result: sampleResult(), device: sampleDevice, artifacts: [] });
const run = () => reconcile({ db, redispatchAfterSeconds: 3600 });
const codeIs = (code: string) => (error: unknown) => error instanceof BasinError && error.code === code;

/** Sends what is due; answers the trials of the sweep that were sent. */
async function relayed(trialIds: readonly string[]): Promise<string[]> {
	const sent: string[] = [];
	const send = async (batch: { id: string; message: { trialId: string } }[]) => {
		sent.push(...batch.map(({ message }) => message.trialId));
		return { successfulIds: batch.map(({ id }) => id) };
	};
	await relayOutbox({ db, send, window: 1e6 });
	return sent.filter((trialId) => trialIds.includes(trialId)).toSorted();
}

test('a paused sweep starts nothing new, and what runs is told to give its trial back', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 3 });
	const [running, waiting] = trialIds as [string, string];
	await claim(running);
	assert.equal(await beat(running), 'continue');
	const paused = await pauseSweep({ db, sweepId });
	assert.deepEqual([paused.state, paused.counts.running], ['paused', 1]);
	assert.equal(await claim(waiting), null);
	assert.equal(await beat(running), 'release');
	assert.equal(await releaseTrial({ db, trialId: running, attemptNo: 1 }), true);
	assert.equal(await claim(running), null);
	assert.equal((await getTrial({ db, trialId: running })).attempts[0]?.outcome, 'released');
	assert.deepEqual((await getSweep({ db, sweepId })).counts.running, 0);
});

test('resume sends every trial that waits once, and the attempts count on', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 3 });
	const [running] = trialIds as [string];
	assert.equal((await relayed(trialIds)).length, 3);
	await claim(running);
	await pauseSweep({ db, sweepId });
	await releaseTrial({ db, trialId: running, attemptNo: 1 });
	const resumed = await resumeSweep({ db, sweepId });
	assert.equal(resumed.state, 'running');
	assert.deepEqual(await relayed(trialIds), trialIds);
	assert.equal((await claim(running))?.attemptNo, 2);
	assert.equal(await beat(running, 2), 'continue');
});

test('a sweep that was paused before its first claim is queued when it goes on', async () => {
	const { sweepId } = await sampleSweep(db);
	await pauseSweep({ db, sweepId });
	assert.equal((await resumeSweep({ db, sweepId })).state, 'queued');
});

test('the messages of a paused sweep neither wait in the outbox nor count as lying in the queue', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 4 });
	const [early] = trialIds as [string];
	await relayed(trialIds);
	await pauseSweep({ db, sweepId });
	const held = () => sql`
		select from trial where id = any(${trialIds}) and (
			dispatched_at is not null or exists (select from outbox where trial_id = trial.id)
		)`;
	assert.equal((await held()).length, 0);
	// As a relay does that had sent before the pause and notes it after.
	await sql`update trial set dispatched_at = now() where id = ${early}`;
	await run();
	assert.equal((await held()).length, 0);
	const before = await everything(db);
	await run();
	assert.deepEqual(await everything(db), before);
	await cancelSweep({ db, sweepId });
});

test('pausing or resuming again changes nothing; a sweep on its way to its end can do neither', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	await claim(trialIds[0]!);
	const pause = () => pauseSweep({ db, sweepId });
	const resume = () => resumeSweep({ db, sweepId });
	await pause();
	let before = await everything(db);
	assert.equal((await pause()).state, 'paused');
	assert.deepEqual(await everything(db), before);
	await resume();
	before = await everything(db);
	assert.equal((await resume()).state, 'running');
	assert.deepEqual(await everything(db), before);
	for (const end of [stopSweep, cancelSweep]) {
		await end({ db, sweepId });
		before = await everything(db);
		for (const verb of [pause, resume]) await assert.rejects(verb(), codeIs('state_conflict'));
		assert.deepEqual(await everything(db), before);
	}
	await finish(trialIds[0]!);
	for (const verb of [pause, resume]) await assert.rejects(verb(), codeIs('already_terminal'));
	for (const verb of [pauseSweep, resumeSweep, stopSweep]) {
		await assert.rejects(verb({ db, sweepId: 'swp_none' }), codeIs('sweep_not_found'));
	}
});

test('a trial that finishes although its sweep is paused has succeeded, and the last one ends the sweep', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	await claim(trialIds[0]!);
	await pauseSweep({ db, sweepId });
	assert.equal(await recordEpoch({ db, trialId: trialIds[0]!, attemptNo: 1, metrics: sampleMetrics(1) }), true);
	assert.equal(await finish(trialIds[0]!), true);
	assert.equal((await getSweep({ db, sweepId })).state, 'completed');
});

test('the time that a sweep is paused does not count for its budget of seconds', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2, budget: { maxSeconds: 100 } });
	await claim(trialIds[0]!);
	await pauseSweep({ db, sweepId });
	const age = (seconds: number, paused: number) => sql`
		update sweep set started_at = now() - ${seconds} * interval '1 second', budget_since = null,
			paused_at = now() - ${paused} * interval '1 second'
		where id = ${sweepId}`;
	await age(1000, 950);
	await run();
	assert.equal((await getSweep({ db, sweepId })).state, 'paused');
	await resumeSweep({ db, sweepId });
	await run();
	assert.equal((await getSweep({ db, sweepId })).state, 'running', '50 s of 100');
	await pauseSweep({ db, sweepId });
	await age(1000, 850);
	await resumeSweep({ db, sweepId });
	await run();
	assert.equal((await getSweep({ db, sweepId })).state, 'stopping', '150 s of 100');
});

test('a stopped sweep drops what waits, lets what runs end, and says so', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 3 });
	await claim(trialIds[0]!);
	const stopping = await stopSweep({ db, sweepId });
	assert.deepEqual(
		[stopping.state, stopping.counts.running, stopping.counts.cancelled, stopping.stopReason],
		['stopping', 1, 2, 'Stopped by request.'],
	);
	const before = await everything(db);
	assert.equal((await stopSweep({ db, sweepId })).state, 'stopping');
	assert.deepEqual(await everything(db), before);
	assert.equal(await beat(trialIds[0]!), 'continue');
	await finish(trialIds[0]!);
	const ended = await getSweep({ db, sweepId });
	assert.deepEqual([ended.state, ended.stopReason], ['completed', 'Stopped by request.']);
	await assert.rejects(stopSweep({ db, sweepId }), codeIs('already_terminal'));
});

test('a paused sweep can be stopped or cancelled, and a cancelling one cannot be stopped', async () => {
	for (const [end, state] of [
		[stopSweep, 'failed'],
		[cancelSweep, 'cancelled'],
	] as const) {
		const { sweepId } = await sampleSweep(db, { configurations: 2 });
		await pauseSweep({ db, sweepId });
		const ended = await end({ db, sweepId });
		assert.deepEqual([ended.state, ended.counts.cancelled], [state, 2]);
	}
	const { sweepId, trialIds } = await sampleSweep(db);
	await claim(trialIds[0]!);
	await cancelSweep({ db, sweepId });
	await assert.rejects(stopSweep({ db, sweepId }), codeIs('state_conflict'));
});

test('claims, releases, pauses and resumes at once leave no trial without a message', async () => {
	for (let round = 0; round < 8; round++) {
		const { sweepId, trialIds } = await sampleSweep(db, { configurations: 12 });
		const work = trialIds.map(async (trialId, i) => {
			if ((await claim(trialId)) && i % 2 === 0) await releaseTrial({ db, trialId, attemptNo: 1 });
		});
		const verbs = [pauseSweep, resumeSweep, pauseSweep, run, resumeSweep].map((verb) => verb({ db, sweepId }));
		await Promise.all([...work, ...verbs, relayed(trialIds)]);
		await resumeSweep({ db, sweepId });
		const stranded = await sql`
			select from trial
			where id = any(${trialIds}) and state in ('pending', 'queued') and dispatched_at is null
				and not exists (select from outbox where trial_id = trial.id and dispatch_no = trial.dispatch_no)`;
		assert.equal(stranded.length, 0);
	}
});
