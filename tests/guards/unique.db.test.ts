import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { testDatabase } from '../support/postgres.ts';
import { sampleDevice, sampleResult, sampleSweep } from '../support/samples.ts';

const { db } = await testDatabase();
const { sql } = db;

/** What the verbs never do, the tables do not take either. */
test('a configuration and seed has one trial; a trial has one result, an epoch one point, a dispatch one message', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await claimTrial({ db, trialId, workerId: 'w', leaseSeconds: 60 });
	await finishTrial({ db, trialId, attemptNo: 1, result: sampleResult(), device: sampleDevice, artifacts: [] });
	await sql`insert into epoch values (${trialId}, 1, 1, 1, 0, 0, 0, 0, 1, 1)`;
	for (const again of [
		() => sql`
			insert into trial (id, sweep_id, configuration_no, seed, batch_size)
			select 'trl_twin', sweep_id, configuration_no, seed, batch_size from trial where id = ${trialId}`,
		() => sql`insert into result select * from result where trial_id = ${trialId}`,
		() => sql`insert into epoch select * from epoch where trial_id = ${trialId}`,
		() => sql`insert into attempt select * from attempt where trial_id = ${trialId}`,
		() => sql`insert into outbox select * from outbox where trial_id = ${trialId}`,
	]) {
		await assert.rejects(async () => await again(), { code: '23505' });
	}
});
