import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../tests/support/postgres.ts';
import { sampleCheckpoint, sampleDevice, sampleMetrics, sampleResult, sampleSweep } from '../tests/support/samples.ts';
import { cancelTrial } from './trials/cancel.ts';
import { acknowledgeCancel } from './trials/cancelled.ts';
import { claimTrial } from './trials/claim.ts';
import { failTrial } from './trials/fail.ts';
import { finishTrial } from './trials/finish.ts';
import { heartbeat } from './trials/heartbeat.ts';
import { recordCheckpoint } from './trials/record-checkpoint.ts';
import { recordEpoch } from './trials/record-epoch.ts';
import { releaseTrial } from './trials/release.ts';
import { resumeTrial } from './trials/resume.ts';

const { db: owner, open } = await testDatabase();
const db = open({ role: 'basin_worker' });

test('the role of the workers may execute the workers’ functions, and no other of ours', async () => {
	const rows = await db.sql<{ name: string }[]>`
		select proname as name from pg_proc
		where pronamespace = 'public'::regnamespace and has_function_privilege(oid, 'execute') order by proname`;
	assert.deepEqual(
		rows.map(({ name }) => name),
		[
			'acknowledge_cancel',
			'claim_trial',
			'fail_trial',
			'finish_trial',
			'heartbeat_trial',
			'record_checkpoint',
			'record_epoch',
			'release_trial',
			'resume_trial',
		],
	);
});

test('the role of the workers can neither read nor write a table, nor make one', async () => {
	const tables = await owner.sql<{ name: string }[]>`
		select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`;
	assert.ok(tables.length > 10);
	for (const { name } of tables) {
		const table = db.sql(name);
		for (const statement of [
			() => db.sql`select from ${table}`,
			() => db.sql`delete from ${table}`,
			() => db.sql`insert into ${table} default values`,
			() => db.sql`truncate ${table}`,
		]) {
			await assert.rejects(async () => await statement(), { code: '42501' }, name);
		}
	}
	await assert.rejects(async () => await db.sql`create table mine (id integer)`, { code: '42501' });
	await assert.rejects(async () => await db.sql`select from drizzle.__drizzle_migrations`, { code: '42501' });
});

test('the functions run with a fixed search path, or were parsed when made: a worker cannot slip its own tables under them', async () => {
	const rows = await owner.sql<{ name: string }[]>`
		select proname as name from pg_proc
		where pronamespace = 'public'::regnamespace
			and prosqlbody is null and not coalesce(proconfig @> array['search_path=public, pg_temp'], false)`;
	assert.deepEqual([...rows], []);
});

test('with that role a worker can do all of its work', async () => {
	const { trialIds } = await sampleSweep(owner, { configurations: 4 });
	const [finished, failed, released, cancelled] = trialIds as [string, string, string, string];
	for (const trialId of trialIds) {
		assert.equal((await claimTrial({ db, trialId, workerId: 'w', leaseSeconds: 60 }))?.attemptNo, 1);
		assert.equal(await heartbeat({ db, trialId, attemptNo: 1, leaseSeconds: 60 }), 'continue');
		assert.equal(await resumeTrial({ db, trialId, attemptNo: 1, epoch: 0, note: null }), true);
		assert.equal(await recordEpoch({ db, trialId, attemptNo: 1, metrics: sampleMetrics(1) }), true);
		const checkpoint = sampleCheckpoint(trialId, 1, 1);
		assert.deepEqual(await recordCheckpoint({ db, trialId, attemptNo: 1, checkpoint }), []);
	}
	const end = { db, attemptNo: 1, device: sampleDevice, artifacts: [] };
	assert.equal(await finishTrial({ ...end, trialId: finished, result: sampleResult() }), true);
	assert.equal(await failTrial({ ...end, trialId: failed, reason: 'diverged', message: 'NaN' }), true);
	assert.equal(await releaseTrial({ db, trialId: released, attemptNo: 1 }), true);
	await cancelTrial({ db: owner, trialId: cancelled });
	assert.equal(await acknowledgeCancel({ db, trialId: cancelled, attemptNo: 1 }), true);
});
