import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { receive, testCloud } from '@basin/api/testing/cloud.ts';
import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { pauseSweep } from '@basin/db/sweeps/pause.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleSweep } from '../../tests/support/samples.ts';
import { waitFor } from '../../tests/support/wait.ts';
import { batchJobEvent, housekeepingEvent, scheduledEvent, spotInterruptionEvent } from '../testing/events.ts';
import { environmentOf, type LogLine, lastFirst, startFunction } from '../testing/function.ts';

const cloud = await testCloud();
const quick = (url: string) => ({ ...environmentOf(url, cloud), BASIN_TICK_SECONDS: '0.05' });
/** Five seconds are kept for what is under way; the rest is for rounds. */
const someRounds = { timeoutMs: 5_500 };

const metricsOf = (log: LogLine[]) => {
	const { _aws, ...metrics } = log.findLast((line) => '_aws' in line)!;
	return metrics;
};

test('the minute’s event, a job that ended and a spot machine that goes all send what waits to be sent', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const tick = await startFunction(t, 'tick', quick(url));
	for (const event of [scheduledEvent, batchJobEvent, spotInterruptionEvent]) {
		const { trialIds } = await sampleSweep(db, { configurations: 12 });
		await tick.invoke(event, someRounds);
		const messages = await receive(cloud, 12);
		assert.deepEqual(messages.map(({ trialId }) => trialId).toSorted(), trialIds);
	}
	assert.deepEqual(metricsOf(tick.log), {
		waitingTrials: 36,
		runningTrials: 0,
		overdueLeaseSeconds: 0,
		overdueMessageSeconds: 0,
	});
});

test('with nothing to do it ends at once, and says so in metrics', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { sweepId } = await sampleSweep(db);
	await pauseSweep({ db, sweepId });
	const tick = await startFunction(t, 'tick', quick(url));
	const startedAt = performance.now();
	await tick.invoke(scheduledEvent, { timeoutMs: 600_000 });
	assert.ok(performance.now() - startedAt < 60_000);
	assert.equal(metricsOf(tick.log).waitingTrials, 0, 'a paused sweep waits for nobody');
});

test('while a trial runs it goes on, so that a lease which lapses meanwhile is taken back by the same call', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { sweepId, trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	assert.ok(await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 1 }));
	const tick = await startFunction(t, 'tick', quick(url));
	const stateOf = async () => (await db.sql`select state, attempt_no from trial where id = ${trialId}`)[0]!;
	const call = tick.invoke(scheduledEvent, { timeoutMs: 15_000 });
	await waitFor('the lease to be taken back', 10_000, async () => (await stateOf()).state === 'queued');
	await cancelSweep({ db, sweepId });
	await call;
	const [sweep] = await db.sql`select state from sweep`;
	assert.deepEqual(sweep, { state: 'cancelled' });
});

test('two at once send every message once', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { trialIds } = await sampleSweep(db, { configurations: 300 });
	const ticks = await Promise.all([startFunction(t, 'tick', quick(url)), startFunction(t, 'tick', quick(url))]);
	await Promise.all(ticks.map((tick) => tick.invoke(scheduledEvent, someRounds)));
	const messages = await receive(cloud, 310);
	const received = messages.map(({ trialId }) => trialId).filter((trialId) => trialIds.includes(trialId));
	assert.deepEqual(received.toSorted(), trialIds);
});

test('the hourly event finds a trial that waits with no message on its way, and leaves young objects alone', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { sweepId, trialIds } = await sampleSweep(db);
	await db.sql`delete from outbox`;
	const Key = `sweeps/s/trials/${trialIds[0]}/attempts/1/model.onnx`;
	await cloud.s3.send(new PutObjectCommand({ Bucket: cloud.bucket, Key, Body: 'young' }));
	const tick = await startFunction(t, 'tick', quick(url));
	const call = tick.invoke(housekeepingEvent, { timeoutMs: 60_000 });
	const state = async () => (await db.sql`select state from trial`)[0]!.state;
	await waitFor('the message to be sent', 30_000, async () => (await state()) === 'queued');
	const [message] = await receive(cloud, 1);
	assert.equal(message?.trialId, trialIds[0]);
	await cancelSweep({ db, sweepId });
	await call;
	assert.deepEqual(
		tick.log.find(({ message }) => message === 'housekeeping'),
		{ ...tick.log[0], redispatched: 1, orphans: 0 },
	);
});
