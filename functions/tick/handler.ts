import { setTimeout as sleep } from 'node:timers/promises';
import { connectDrainerEngine, connectTickRule } from '@basin/api/adapters/clients.ts';
import { createObjectStore } from '@basin/api/adapters/s3-objects.ts';
import { openConnections } from '@basin/api/connections.ts';
import { callOffWaiting, type Drainers, scaleDrainers, scaleSeconds } from '@basin/api/drainers.ts';
import { keepHouse } from '@basin/api/housekeeping.ts';
import { createLog } from '@basin/api/log.ts';
import { createRounds } from '@basin/api/rounds.ts';
import { startTick } from '@basin/api/tick.ts';
import { readEnv } from '@basin/core/contracts/env.ts';
import { disarmWhenIdle } from '@basin/db/work/disarm.ts';
import { isIdle } from '@basin/db/work/is-idle.ts';
import { measureWork } from '@basin/db/work/measure.ts';
import { z } from 'zod';
import { metricsLine } from '../metrics.ts';
import { patientWithSleepers, thaw } from '../thaw.ts';

/**
 * Every event but the hourly one is a wake-up: the minute, a job that changed its state, a spot machine that goes. Of a job that failed
 * the reason is logged.
 */
const TickEvent = z.object({
	task: z.literal('housekeeping').optional(),
	'detail-type': z.string().optional(),
	detail: z
		.object({ status: z.string(), jobId: z.string(), statusReason: z.string(), 'instance-id': z.string() })
		.partial()
		.optional(),
});

/** For the rounds that are under way when time is nearly up. */
const settleMs = 5_000;

type Context = { getRemainingTimeInMillis(): number };

const env = readEnv(process.env);
const write = (line: string) => process.stdout.write(line);
const log = createLog(write);
const { db, sqs, s3, queueUrl, bucket } = openConnections(env, {
	max: 3,
	applicationName: 'basin-tick',
	...patientWithSleepers,
});
const engine = connectDrainerEngine(env);
const schedule = connectTickRule(env);
const limits = { maxDrainers: env.BASIN_MAX_DRAINERS, trialsPerDrainer: env.BASIN_TRIALS_PER_DRAINER };

/**
 * Relay, reconciler and scaler, every BASIN_TICK_SECONDS (the scaler every ten) until its time is nearly up or nothing is left to do: a
 * schedule has minutes only, and cancel is bounded by seconds. Safe with several at once. `{"task": "housekeeping"}` keeps house first.
 */
export async function handler(event: unknown, context: Context): Promise<void> {
	await thaw();
	const leftMs = () => context.getRemainingTimeInMillis() - settleMs;
	const { task, 'detail-type': kind, detail } = TickEvent.parse(event);
	if (task === 'housekeeping') {
		const signal = AbortSignal.timeout(Math.max(0, leftMs()));
		await keepHouse({ db, log, objects: createObjectStore({ s3, bucket }), signal });
	}
	if (detail?.status === 'FAILED') log.warn('a worker failed', { jobId: detail.jobId, cause: detail.statusReason });
	if (kind === 'EC2 Spot Instance Interruption Warning')
		log.info('a spot machine goes', { instanceId: detail?.['instance-id'] });
	const drainers = await runRounds(leftMs);
	if (await isIdle({ db })) await standDown();
	// Whatever turned it off with work left: a tick that was called by something else, if only once an hour, turns it on.
	else await schedule?.enable();
	write(metricsLine({ ...(await measureWork({ db })), ...drainers }, env.BASIN_STAGE));
}

async function runRounds(leftMs: () => number): Promise<Partial<Drainers>> {
	let drainers: Partial<Drainers> = {};
	const scaler = createRounds('scaler', log, async () => {
		if (engine !== undefined) drainers = (await scaleDrainers({ db, engine, limits, log })) ?? drainers;
	});
	const tick = startTick({
		db,
		sqs,
		queueUrl,
		tickSeconds: env.BASIN_TICK_SECONDS,
		redispatchAfterSeconds: env.BASIN_REDISPATCH_SECONDS,
		allowPrivateWebhooks: env.BASIN_WEBHOOK_PRIVATE_ADDRESSES,
		housekeeping: false,
		log,
	});
	scaler.run();
	const timer = setInterval(() => scaler.run(), scaleSeconds * 1000);
	try {
		do await sleep(Math.min(env.BASIN_TICK_SECONDS * 1000, Math.max(0, leftMs())));
		while (leftMs() > 0 && !(await isIdle({ db })));
	} finally {
		clearInterval(timer);
		await tick.stop();
		await scaler.stop();
	}
	return drainers;
}

/** With nothing left to do: no machine is started for it, and nobody calls the tick until somebody asks for work. */
async function standDown(): Promise<void> {
	if (engine !== undefined) await callOffWaiting({ engine, log });
	if (schedule === undefined) return;
	if (await disarmWhenIdle({ db, disarm: schedule.disable })) log.info('the tick rests until somebody asks for work');
}
