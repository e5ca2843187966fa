import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testCloud } from '@basin/api/testing/cloud.ts';
import { relayOutbox } from '@basin/db/outbox/relay.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleSweep } from '../../tests/support/samples.ts';
import { sqsEvent } from '../testing/events.ts';
import { environmentOf, lastFirst, startFunction } from '../testing/function.ts';
import type { BatchAnswer } from './handler.ts';

const cloud = await testCloud();

test('a message that no worker could answer is noted once, and its trial is sent another', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await relayOutbox({ db, send: async (batch) => ({ successfulIds: batch.map(({ id }) => id) }) });
	const deadLetter = await startFunction(t, 'dead-letter', environmentOf(url, cloud));
	const body = JSON.stringify({ v: 1, trialId, dispatchNo: 1 });
	const event = sqsEvent([{ messageId: 'm-1', body, receiveCount: 11 }]);
	for (const _ of ['first', 'delivered again']) {
		assert.deepEqual(await deadLetter.invoke<BatchAnswer>(event), { batchItemFailures: [] });
	}
	const letters = await db.sql`select trial_id, dispatch_no, receive_count from dead_letter`;
	assert.deepEqual([...letters], [{ trial_id: trialId, dispatch_no: 1, receive_count: 11 }]);
	const sent = await db.sql`select trial_id, dispatch_no from outbox`;
	assert.deepEqual([...sent], [{ trial_id: trialId, dispatch_no: 2 }]);
	assert.equal(deadLetter.log.filter(({ level }) => level === 'warn').length, 1);
});

test('of a batch only what could not be noted comes again', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const deadLetter = await startFunction(t, 'dead-letter', environmentOf(url, cloud));
	await db.sql`alter table dead_letter add constraint refuses check (body <> 'refused')`;
	const event = sqsEvent([
		{ messageId: 'm-1', body: 'not ours', receiveCount: 11 },
		{ messageId: 'm-2', body: 'refused', receiveCount: 11 },
		{ messageId: 'm-3', body: '{}', receiveCount: 11 },
	]);
	assert.deepEqual(await deadLetter.invoke<BatchAnswer>(event), { batchItemFailures: [{ itemIdentifier: 'm-2' }] });
	assert.deepEqual(
		[...(await db.sql`select body from dead_letter order by body`)],
		[{ body: 'not ours' }, { body: '{}' }],
	);
	await db.sql`alter table dead_letter drop constraint refuses`;
	assert.deepEqual(await deadLetter.invoke<BatchAnswer>(event), { batchItemFailures: [] });
	assert.equal((await db.sql`select from dead_letter`).length, 3);
});
