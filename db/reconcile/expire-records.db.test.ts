import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultProject } from '@basin/core/contracts/access.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleConfigurations, sampleSpec } from '../../tests/support/samples.ts';
import { createSweep } from '../sweeps/create.ts';
import { findAnswer } from '../sweeps/idempotency.ts';
import { expireRecords } from './expire-records.ts';

const { db } = await testDatabase();
const { sql } = db;

test('the answer of an idempotency key is kept for 72 hours, a dead letter for 30 days', async () => {
	const projectId = defaultProject.id;
	const idempotency = { projectId, key: 'key', bodyHash: 'hash' };
	const input = {
		projectId,
		spec: sampleSpec(),
		configurations: sampleConfigurations(1),
		trainSize: 54_000,
		idempotency,
	};
	const { sweep } = await createSweep({ db, input });
	await sql`select record_dead_letter('message', '{}', null, null, 11)`;
	const age = async (hours: number, days: number) => {
		await sql`update idempotency set created_at = now() - ${hours} * interval '1 hour'`;
		await sql`update dead_letter set recorded_at = now() - ${days} * interval '1 day'`;
		return expireRecords(db);
	};
	assert.deepEqual(await age(71, 29), { answers: 0, deadLetters: 0, deliveries: 0 });
	assert.equal((await findAnswer(sql, idempotency))?.id, sweep.id);
	assert.deepEqual(await age(73, 31), { answers: 1, deadLetters: 1, deliveries: 0 });
	assert.equal(await findAnswer(sql, idempotency), undefined);
	assert.equal((await createSweep({ db, input })).replayed, false);
});
