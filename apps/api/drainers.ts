import { countDrainersToStart, type DrainerLimits } from '@basin/core/domain/drainer-scaler.ts';
import type { Db } from '@basin/db/client.ts';
import { asOnlyScaler, noteSubmitted, recentlySubmitted } from '@basin/db/drainers/scale.ts';
import { measureWork } from '@basin/db/work/measure.ts';
import { causeOf, type Log } from './log.ts';

/** A job that has not ended. `waiting`: no machine yet, and it can be called off. */
export type DrainerJob = { jobId: string; state: 'waiting' | 'starting' | 'running' };

/** What runs drainers: AWS Batch. */
export interface DrainerEngine {
	/** Those that have not ended; one that was submitted seconds ago may be missing. */
	list(): Promise<DrainerJob[]>;
	/** Answers the job's id. */
	submit(): Promise<string>;
	/** A job that has started meanwhile goes on, and ends by itself. */
	cancel(jobId: string): Promise<void>;
}

export type Drainers = { startingDrainers: number; runningDrainers: number };

/** A machine takes minutes to start, and each look costs five calls of AWS Batch. */
export const scaleSeconds = 10;
/** AWS Batch takes fifty submissions a second, of a whole account; what is left is the next look's. */
export const submissionsAtOnce = 25;

/**
 * Starts the drainers that waiting trials ask for. Safe with several at once; answers what there is, null when another is at it.
 * @throws what the engine throws; what it took before that is noted.
 */
export async function scaleDrainers(input: {
	db: Db;
	engine: DrainerEngine;
	limits: DrainerLimits;
	log: Log;
}): Promise<Drainers | null> {
	const { db, engine, limits, log } = input;
	const submitted: string[] = [];
	let failure: unknown;
	const found = await asOnlyScaler(db, async (sql) => {
		const jobs = await engine.list();
		const listed = new Set(jobs.map(({ jobId }) => jobId));
		const unlisted = (await recentlySubmitted(sql)).filter((jobId) => !listed.has(jobId));
		const runningDrainers = jobs.filter(({ state }) => state === 'running').length;
		const startingDrainers = jobs.length - runningDrainers + unlisted.length;
		const { waitingTrials, runningTrials } = await measureWork({ db: { sql } });
		const demand = { waitingTrials, runningTrials, startingDrainers, runningDrainers };
		const wanted = Math.min(countDrainersToStart(demand, limits), submissionsAtOnce);
		try {
			while (submitted.length < wanted) submitted.push(await engine.submit());
		} catch (error) {
			failure = error;
		}
		await noteSubmitted(sql, submitted);
		if (submitted.length > 0) log.info('workers started', { ...demand, started: submitted.length });
		return { startingDrainers: startingDrainers + submitted.length, runningDrainers };
	});
	if (failure !== undefined) throw failure;
	return found ?? null;
}

/** Calls off the drainers that wait for a machine: with nothing left to do each would cost the start of one. */
export async function callOffWaiting({ engine, log }: { engine: DrainerEngine; log: Log }): Promise<void> {
	const waiting = (await engine.list()).filter(({ state }) => state === 'waiting');
	for (const { jobId } of waiting) {
		await engine.cancel(jobId).catch((error: unknown) => {
			log.warn('a worker that is not needed could not be called off', { jobId, cause: causeOf(error) });
		});
	}
	if (waiting.length > 0) log.info('workers called off', { count: waiting.length });
}
