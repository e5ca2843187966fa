import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { type Db, openDatabase } from '@basin/db/client.ts';
import { migrate } from '@basin/db/migrate.ts';
import { startQueueAndObjects } from '@basin/local/services/queue-and-objects.ts';
import { startPostgres } from '../support/postgres.ts';
import { freePort } from '../support/stack.ts';
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type Kept, keepRunning } from './process.ts';
import type { Random } from './random.ts';

const region = 'us-east-1';
const bucket = 'chaos';
const queueName = 'chaos-trials';
const scriptOf = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;

/** All of Basin as real processes, with a proxy that fails between them and SQS and S3. */
export type World = {
	db: Db;
	proxy: FaultProxy;
	/** Two at once: two relays, two reconcilers. */
	apis: { url: string; kept: Kept }[];
	workers: Kept[];
	crashPostgres(): Promise<void>;
	purgeQueue(): Promise<void>;
	/** Straight from the store, past the proxy. */
	readObject(key: string): Promise<Uint8Array | null>;
	stop(): Promise<void>;
};

const leases = {
	BASIN_HEARTBEAT_SECONDS: '0.5',
	BASIN_LEASE_SECONDS: '2.5',
	BASIN_TICK_SECONDS: '0.3',
	BASIN_REDISPATCH_SECONDS: '3',
	BASIN_CHECKPOINT_SECONDS: '0.05',
};

export async function startWorld(input: {
	random: Random;
	chooseFault: (isBatch: boolean) => Fault | null;
	workers: number;
}): Promise<World> {
	const folder = await mkdtemp(join(tmpdir(), 'basin-chaos-'));
	const postgres = await startPostgres({ commitsLast: true });
	const folders = { queueDir: join(folder, 'queue'), objectsDir: join(folder, 'objects') };
	const store = await startQueueAndObjects({ ...folders, port: 0, region, queueName, bucket });
	const endpoint = `http://127.0.0.1:${store.port}`;
	const proxy = await startFaultProxy({ target: endpoint, choose: input.chooseFault, random: input.random.unit });
	const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
	const sqs = new SQS({ region, endpoint, credentials });
	const s3 = new S3Client({ region, endpoint, credentials, forcePathStyle: true });
	const queuePath = `/000000000000/${queueName}`;
	const QueueUrl = `${endpoint}${queuePath}`;
	await sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: '2' } });
	await migrate(postgres.url);
	const db = openDatabase(postgres.url, { applicationName: 'chaos' });

	const env = {
		...leases,
		DATABASE_URL: postgres.url,
		BASIN_QUEUE_URL: `${proxy.url}${queuePath}`,
		BASIN_BUCKET: bucket,
		BASIN_HOME: folder,
		AWS_ENDPOINT_URL_SQS: proxy.url,
		AWS_ENDPOINT_URL_S3: proxy.url,
		AWS_ACCESS_KEY_ID: 'test',
		AWS_SECRET_ACCESS_KEY: 'test',
	};
	const ports = [await freePort(), await freePort()];
	const apis = ports.map((port) => ({
		url: `http://127.0.0.1:${port}`,
		kept: keepRunning({ script: scriptOf('apps/api/main.ts'), env: { ...env, PORT: String(port) } }),
	}));
	const workers = Array.from({ length: input.workers }, () =>
		keepRunning({ script: scriptOf('gpu-worker/main.ts'), env }),
	);
	return {
		db,
		proxy,
		apis,
		workers,
		crashPostgres: postgres.crash,
		purgeQueue: async () => void (await sqs.purgeQueue({ QueueUrl })),
		readObject: async (key) => {
			try {
				const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
				return await Body!.transformToByteArray();
			} catch (error) {
				if ((error as Error).name === 'NoSuchKey') return null;
				throw error;
			}
		},
		stop: async () => {
			await Promise.all([...apis.map(({ kept }) => kept.end()), ...workers.map((worker) => worker.end())]);
			await proxy.stop();
			sqs.destroy();
			s3.destroy();
			await db.close();
			await store.stop();
			await postgres.stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
}
