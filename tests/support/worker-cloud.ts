import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { startTick } from '@basin/api/tick.ts';
import type { Db } from '@basin/db/client.ts';
import { quietLog } from '@basin/gpu-worker/testing/memory-ports.ts';
import { startQueueAndObjects } from '@basin/local/services/queue-and-objects.ts';
import { waitFor } from './wait.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const region = 'us-east-1';
const bucket = 'test-artifacts';
const workerScript = new URL('../../gpu-worker/main.ts', import.meta.url).pathname;

export type LogLine = { message: string; [field: string]: unknown };

/** A worker process as `npm run worker` starts it, and what it has logged. */
export type WorkerProcess = {
	process: ChildProcess;
	lines: LogLine[];
	/** Waits for a line; answers the last one like it. */
	logged(message: string, deadlineMs?: number): Promise<LogLine>;
	/** Resolves with the exit code. */
	ended: Promise<number | null>;
};

/** A real queue and bucket, the relay and the reconciler at a fast tick, and workers with short leases. */
export async function startCloud(db: Db, databaseUrl: string) {
	const folder = mkdtempSync(join(tmpdir(), 'basin-worker-test-'));
	const folders = { queueDir: join(folder, 'queue'), objectsDir: join(folder, 'objects') };
	const store = await startQueueAndObjects({ ...folders, port: 0, region, queueName: 'test-trials', bucket });
	const endpoint = `http://127.0.0.1:${store.port}`;
	const queueUrl = `${endpoint}/000000000000/test-trials`;
	const sqs = new SQS({ region, endpoint, credentials });
	const s3 = new S3Client({ region, endpoint, credentials, forcePathStyle: true });
	// A worker that is killed while it waits for a message takes the next one with it, for so long.
	await sqs.setQueueAttributes({ QueueUrl: queueUrl, Attributes: { VisibilityTimeout: '1' } });
	const tick = startTick({ db, sqs, queueUrl, tickSeconds: 0.2, log: quietLog });
	const workers: WorkerProcess[] = [];

	const startWorker = (args: string[] = [], env: Record<string, string> = {}): WorkerProcess => {
		const child = spawn(process.execPath, [workerScript, ...args], {
			env: {
				...process.env,
				DATABASE_URL: databaseUrl,
				BASIN_QUEUE_URL: queueUrl,
				BASIN_BUCKET: bucket,
				AWS_ENDPOINT_URL_SQS: endpoint,
				AWS_ENDPOINT_URL_S3: endpoint,
				AWS_ACCESS_KEY_ID: 'test',
				AWS_SECRET_ACCESS_KEY: 'test',
				BASIN_HEARTBEAT_SECONDS: '0.5',
				BASIN_LEASE_SECONDS: '3',
				...env,
			},
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const lines: LogLine[] = [];
		createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as LogLine));
		const worker: WorkerProcess = {
			process: child,
			lines,
			logged: async (message, deadlineMs = 60_000) => {
				await waitFor(`a worker's line "${message}"`, deadlineMs, () => lines.some((line) => line.message === message));
				return lines.findLast((line) => line.message === message)!;
			},
			ended: once(child, 'exit').then(([code]) => code as number | null),
		};
		workers.push(worker);
		return worker;
	};

	return {
		sqs,
		s3,
		queueUrl,
		bucket,
		/** Where queue and bucket listen, on 127.0.0.1. */
		port: store.port,
		wake: tick.wake,
		startWorker,
		/** Keys in the bucket that begin so. */
		objects: async (prefix: string): Promise<string[]> => {
			const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
			return Contents.map(({ Key }) => Key!);
		},
		/** The bytes of an object. */
		object: async (key: string): Promise<Uint8Array> => {
			const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
			return Body!.transformToByteArray();
		},
		/** Kills the workers that a test has left, then stops everything. */
		stop: async () => {
			for (const { process: child } of workers) child.kill('SIGKILL');
			await Promise.all(workers.map(({ ended }) => ended));
			await tick.stop();
			sqs.destroy();
			s3.destroy();
			await store.stop();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

export type Cloud = Awaited<ReturnType<typeof startCloud>>;

/** False for a process that has ended but that nobody has waited for (a zombie, in a container without an init). */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch {
		return false;
	}
	if (!existsSync('/proc/self')) return true;
	try {
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}
