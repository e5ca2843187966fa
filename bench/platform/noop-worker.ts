/**
 * Workers as they are, in one process, but for the training: it is over at once and leaves no file.
 * usage: fork('noop-worker.ts', [WORKERS]); the environment is a worker's. Sends `ready`, then `{ trialId, claimedAt }` for each claim.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { SQS } from '@aws-sdk/client-sqs';
import { readEnv } from '@basin/core/contracts/env.ts';
import { type Db, openDatabase } from '@basin/db/client.ts';
import { systemClock } from '@basin/gpu-worker/clock.ts';
import { runLoop } from '@basin/gpu-worker/loop.ts';
import type { Log, Trainer, TrialLedger } from '@basin/gpu-worker/ports.ts';
import { createShutdown } from '@basin/gpu-worker/shutdown.ts';
import { createSqsQueue } from '@basin/gpu-worker/sqs-queue.ts';
import { createLedger } from '@basin/gpu-worker/wiring/ledger.ts';
import { sampleDevice, sampleResult } from '../../tests/support/samples.ts';

const lease = { heartbeatSeconds: 15, leaseSeconds: 60 };

/** Only what went wrong. */
const log: Log = {
	info: () => {},
	warn: (message, fields) => console.warn(message, fields),
	error: (message, fields) => console.error(message, fields),
	with: () => log,
};

const trainer: Trainer = {
	ready: async () => ({ type: 'ready', device: sampleDevice, engines: ['onnx'] }),
	train: async ({ assignment: { trialId, attemptNo, epochs, configuration } }) => ({
		type: 'finished',
		trialId,
		attemptNo,
		result: sampleResult({ epochs, valAccuracy: 1 - configuration.eta / 100 }),
		device: sampleDevice,
		files: [],
	}),
	close: async () => {},
};

async function main(workers: number): Promise<void> {
	const env = readEnv(process.env);
	const db = openDatabase(env.BASIN_WORKER_DATABASE_URL as string, {
		max: workers * 2,
		applicationName: 'basin-bench',
	});
	const sqs = new SQS({ region: env.AWS_REGION, endpoint: env.AWS_ENDPOINT_URL_SQS as string });
	const queue = createSqsQueue({ sqs, queueUrl: env.BASIN_QUEUE_URL as string });
	const workDir = mkdtempSync(join(tmpdir(), 'basin-bench-worker-'));
	const shutdown = createShutdown({ onForce: () => process.exit(1), now: systemClock.now, log });
	process.on('SIGTERM', () => shutdown.request('SIGTERM'));
	process.on('disconnect', () => shutdown.request('the bench is gone'));
	await db.sql`select 1`;
	process.send?.('ready');
	const noFile = () => Promise.reject(new Error('there is no file'));
	const artifacts = { put: noFile, fetch: noFile, remove: async () => {}, removeUnder: async () => {} };
	await Promise.all(
		Array.from({ length: workers }, (_, no) =>
			runLoop({
				...{ queue, artifacts, trainer, lease, workDir, shutdown, log },
				ledger: createObservedLedger(db, `${process.pid}-${no}`),
				idleExitSeconds: null,
				releaseGraceSeconds: 0,
				clock: systemClock,
			}),
		),
	);
	await db.close();
	rmSync(workDir, { recursive: true, force: true });
}

/** The ledger of a worker, which tells the bench of every claim. */
function createObservedLedger(db: Db, workerId: string): TrialLedger {
	const ledger = createLedger({ db, workerId, leaseSeconds: lease.leaseSeconds });
	return {
		...ledger,
		claim: async (input) => {
			const assignment = await ledger.claim(input);
			if (assignment) process.send?.({ trialId: input.trialId, claimedAt: performance.timeOrigin + performance.now() });
			return assignment;
		},
	};
}

await main(Number(process.argv[2]));
process.disconnect?.();
