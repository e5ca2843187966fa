import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleSweep } from '../../tests/support/samples.ts';
import { cancelSweep } from '../sweeps/cancel.ts';
import { pauseSweep } from '../sweeps/pause.ts';
import { disarmWhenIdle } from './disarm.ts';
import { isIdle } from './is-idle.ts';

test('work is a sweep that is not paused, and a webhook that is still to be told', async (t) => {
	const { db } = await testDatabase(t);
	assert.equal(await isIdle({ db }), true);
	const { sweepId } = await sampleSweep(db);
	assert.equal(await isIdle({ db }), false);
	await pauseSweep({ db, sweepId });
	assert.equal(await isIdle({ db }), true);
	await cancelSweep({ db, sweepId });
	assert.equal(await isIdle({ db }), true);
	await db.sql`
		with hook as (
			insert into webhook (id, project_id, url, events, secret)
			select 'whk_1', id, 'https://hook.example', '{sweep.completed}', 'secret' from project limit 1
			returning id
		)
		insert into webhook_delivery (id, webhook_id, event, body, due_at)
		select 'dlv_1', id, 'sweep.completed', '{}', now() + interval '1 hour' from hook`;
	assert.equal(await isIdle({ db }), false, 'one that waits for its next attempt');
	await db.sql`update webhook_delivery set state = 'failed'`;
	assert.equal(await isIdle({ db }), true);
});

test('nobody disarms with work left, nor a moment after somebody was about to ask for some', async (t) => {
	const { db } = await testDatabase(t);
	let disarmed = 0;
	const disarm = async () => void disarmed++;
	assert.equal(await disarmWhenIdle({ db, disarm }), false, 'the row is new');
	await db.sql`update tick_schedule set armed_at = now() - interval '1 hour'`;
	const { sweepId } = await sampleSweep(db);
	assert.equal(await disarmWhenIdle({ db, disarm }), false, 'a sweep is under way');
	await cancelSweep({ db, sweepId });
	assert.equal(await disarmWhenIdle({ db, disarm }), true);
	assert.equal(disarmed, 1);
});
