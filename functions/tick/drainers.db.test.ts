import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testCloud } from '@basin/api/testing/cloud.ts';
import type { Db } from '@basin/db/client.ts';
import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { noteArming } from '@basin/db/work/arm.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleSweep } from '../../tests/support/samples.ts';
import { waitFor } from '../../tests/support/wait.ts';
import { type BatchAndRules, startBatchAndRules } from '../testing/batch-and-rules.ts';
import { batchJobEvent, housekeepingEvent, scheduledEvent, spotInterruptionEvent } from '../testing/events.ts';
import { environmentOf, lastFirst, type RunningFunction, startFunction } from '../testing/function.ts';

const cloud = await testCloud();
const cap = { BASIN_MAX_DRAINERS: '5', BASIN_TRIALS_PER_DRAINER: '4', BASIN_TICK_SECONDS: '0.05' };
/** Five seconds are kept for what is under way: one look of the scaler, and some rounds. */
const someRounds = { timeoutMs: 6_000 };

const open = (aws: BatchAndRules) => [...aws.jobs.values()].filter((state) => !/SUCCEEDED|FAILED/.test(state)).length;
const longAgo = (db: Db) => db.sql`update tick_schedule set armed_at = now() - interval '1 hour'`;
const rests = (tick: RunningFunction) => tick.log.some(({ message }) => /^the tick rests/.test(message ?? ''));

test('waiting trials start drainers, up to the cap, once: a list that lags and jobs that wait for a machine start no more', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const aws = await startBatchAndRules(t);
	await sampleSweep(db, { configurations: 12 });
	const tick = await startFunction(t, 'tick', { ...environmentOf(url, cloud), ...aws.env, ...cap });
	await tick.invoke(scheduledEvent, someRounds);
	assert.equal(aws.jobs.size, 3, 'four trials each');
	for (const jobId of aws.jobs.keys()) aws.unlisted.add(jobId);
	await tick.invoke(batchJobEvent, someRounds);
	assert.equal(aws.jobs.size, 3, 'jobs that the list does not show yet are there all the same');
	aws.unlisted.clear();

	await sampleSweep(db, { configurations: 200 });
	await tick.invoke(spotInterruptionEvent, someRounds);
	assert.equal(open(aws), 5);
	const metrics = tick.log.findLast((line) => '_aws' in line)!;
	assert.deepEqual([metrics.startingDrainers, metrics.runningDrainers, metrics.waitingTrials], [5, 0, 212]);

	for (const jobId of [...aws.jobs.keys()].slice(0, 2)) aws.jobs.set(jobId, 'SUCCEEDED');
	await db.sql`update drainer set submitted_at = now() - interval '1 hour'`;
	await tick.invoke(scheduledEvent, someRounds);
	assert.equal(open(aws), 5, 'two that have ended are followed by two');
	assert.equal(aws.jobs.size, 7);
});

test('ticks at the same time start no drainer twice', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const aws = await startBatchAndRules(t);
	await sampleSweep(db, { configurations: 18 });
	const env = { ...environmentOf(url, cloud), ...aws.env, ...cap };
	const ticks = await Promise.all([startFunction(t, 'tick', env), startFunction(t, 'tick', env)]);
	await Promise.all(ticks.map((tick) => tick.invoke(scheduledEvent, someRounds)));
	assert.equal(aws.jobs.size, 5);
});

test('a job that fails is told with its reason, and a batch engine that is down keeps no message from its trial', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const aws = await startBatchAndRules(t);
	aws.refuse('SubmitJob');
	await sampleSweep(db, { configurations: 2 });
	const tick = await startFunction(t, 'tick', { ...environmentOf(url, cloud), ...aws.env, ...cap });
	await tick.invoke(batchJobEvent, someRounds);
	const failed = tick.log.find(({ message }) => message === 'a worker failed');
	assert.equal(failed?.cause, batchJobEvent.detail.statusReason);
	assert.ok(tick.log.some(({ message }) => message === 'scaler failed; trying again later'));
	assert.deepEqual([...(await db.sql`select from outbox`)], []);
});

test('with nothing left to do, machines that have not started are called off, and the tick rests', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const aws = await startBatchAndRules(t);
	const { sweepId } = await sampleSweep(db, { configurations: 16 });
	const tick = await startFunction(t, 'tick', { ...environmentOf(url, cloud), ...aws.env, ...cap });
	await tick.invoke(scheduledEvent, someRounds);
	assert.equal(aws.isArmed(), true, 'work that is there keeps the tick on');
	const [first, second] = [...aws.jobs.keys()];
	aws.jobs.set(first!, 'RUNNING');
	aws.jobs.set(second!, 'RUNNABLE');
	await cancelSweep({ db, sweepId });

	await tick.invoke(scheduledEvent, { timeoutMs: 60_000 });
	assert.equal(open(aws), 1, 'the one that runs ends by itself');
	assert.equal(aws.isArmed(), true, 'somebody asked for work a moment ago');
	await longAgo(db);
	await tick.invoke(scheduledEvent, { timeoutMs: 60_000 });
	assert.equal(aws.isArmed(), false);
	assert.ok(rests(tick));
});

test('the hourly tick turns on what was turned off with work left', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const aws = await startBatchAndRules(t);
	const tick = await startFunction(t, 'tick', { ...environmentOf(url, cloud), ...aws.env, ...cap });
	await sampleSweep(db);
	assert.equal(aws.isArmed(), false);
	await tick.invoke(housekeepingEvent, someRounds);
	assert.equal(aws.isArmed(), true);
	assert.equal(aws.jobs.size, 1);
});

test('who asks for work waits for a tick that is about to rest, and finds it at rest: so turning it on comes last', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const aws = await startBatchAndRules(t);
	await longAgo(db);
	const tick = await startFunction(t, 'tick', { ...environmentOf(url, cloud), ...aws.env, ...cap });
	const disabling = aws.hold('DisableRule');
	const resting = tick.invoke(scheduledEvent, { timeoutMs: 60_000 });
	await waitFor('the tick to turn itself off', 10_000, () => aws.calls.includes('DisableRule'));
	let noted = false;
	const noting = noteArming({ db }).then(() => {
		noted = true;
	});
	await waitFor('the one who asks to wait for it', 10_000, async () => {
		const [row] = await db.sql`
			select count(*)::int as count from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock'`;
		return row!.count === 1;
	});
	assert.equal(noted, false);
	disabling.release();
	await Promise.all([resting, noting]);
	await tick.invoke(scheduledEvent, { timeoutMs: 60_000 });
	assert.equal(
		aws.calls.filter((action) => action === 'DisableRule').length,
		1,
		'it stays on for whoever has just asked',
	);
});
