import { setTimeout as sleep } from 'node:timers/promises';
import { createObjectStore } from '@basin/api/adapters/s3-objects.ts';
import { openConnections } from '@basin/api/connections.ts';
import { keepHouse } from '@basin/api/housekeeping.ts';
import { createLog } from '@basin/api/log.ts';
import { startTick } from '@basin/api/tick.ts';
import { readEnv } from '@basin/core/contracts/env.ts';
import { isIdle } from '@basin/db/work/is-idle.ts';
import { measureWork } from '@basin/db/work/measure.ts';
import { z } from 'zod';
import { metricsLine } from '../metrics.ts';

/** Every event but the hourly one is a wake-up, whatever it tells: the minute, a job that ended, a spot machine that goes. */
const TickEvent = z.object({ task: z.literal('housekeeping').optional() });

/** For the rounds that are under way when time is nearly up. */
const settleMs = 5_000;

type Context = { getRemainingTimeInMillis(): number };

const env = readEnv(process.env);
const write = (line: string) => process.stdout.write(line);
const log = createLog(write);
const { db, sqs, s3, queueUrl, bucket } = openConnections(env, { max: 2, applicationName: 'basin-tick' });

/**
 * Relay and reconciler, every BASIN_TICK_SECONDS until its time is nearly up or nothing is left to do: a schedule has minutes
 * only, and cancel is bounded by seconds. Safe with several at once. `{"task": "housekeeping"}` keeps house instead.
 */
export async function handler(event: unknown, context: Context): Promise<void> {
	const leftMs = () => context.getRemainingTimeInMillis() - settleMs;
	if (TickEvent.parse(event).task === 'housekeeping') {
		const signal = AbortSignal.timeout(Math.max(0, leftMs()));
		return keepHouse({ db, log, objects: createObjectStore({ s3, bucket }), signal });
	}
	const tick = startTick({
		db,
		sqs,
		queueUrl,
		tickSeconds: env.BASIN_TICK_SECONDS,
		redispatchAfterSeconds: env.BASIN_REDISPATCH_SECONDS,
		housekeeping: false,
		log,
	});
	try {
		do await sleep(Math.min(env.BASIN_TICK_SECONDS * 1000, Math.max(0, leftMs())));
		while (leftMs() > 0 && !(await isIdle({ db })));
	} finally {
		await tick.stop();
	}
	write(metricsLine(await measureWork({ db })));
}
