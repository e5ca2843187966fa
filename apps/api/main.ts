import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Env, pricesOf, readEnv } from '@basin/core/contracts/env.ts';
import { openDatabase } from '@basin/db/client.ts';
import { migrate } from '@basin/db/migrate.ts';
import { connectAws } from './adapters/clients.ts';
import { createDeleteObjects, createPresign } from './adapters/s3.ts';
import { createDatasetStore } from './adapters/s3-datasets.ts';
import { createObjectStore } from './adapters/s3-objects.ts';
import { createApp } from './app.ts';
import { createLog } from './log.ts';
import { createReadiness } from './readiness.ts';
import { requireLoopback } from './security.ts';
import { startServer } from './server.ts';
import { onShutdown } from './shutdown.ts';
import { startTick } from './tick.ts';

const log = createLog((line) => process.stdout.write(line));
const webDir = fileURLToPath(new URL('../web/dist', import.meta.url));

/** Runs the API, the relay and the reconciler against a database, a queue and a bucket that exist. */
async function main(): Promise<void> {
	const env = readEnv(process.env);
	requireLoopback(env.BASIN_HOST);
	const { databaseUrl, queueUrl, bucket } = requiredOf(env);

	await migrate(databaseUrl);
	const db = openDatabase(databaseUrl, { applicationName: 'basin-api' });
	const { sqs, s3 } = connectAws(env);
	const tick = startTick({
		db,
		sqs,
		queueUrl,
		tickSeconds: env.BASIN_TICK_SECONDS,
		redispatchAfterSeconds: env.BASIN_REDISPATCH_SECONDS,
		log,
		deadLetterQueueUrl: env.BASIN_DEAD_LETTER_QUEUE_URL,
		objects: createObjectStore({ s3, bucket }),
	});
	const app = createApp({
		db,
		log,
		presign: createPresign({ s3, bucket }),
		datasets: createDatasetStore({ s3, bucket }),
		deleteObjects: createDeleteObjects({ s3, bucket }),
		ready: createReadiness({ db, sqs, queueUrl }),
		wake: tick.wake,
		...pricesOf(env),
		...(existsSync(webDir) ? { webDir } : {}),
	});
	const server = await startServer({ app, host: env.BASIN_HOST, port: env.PORT });
	log.info('listening', { url: server.url });

	onShutdown({
		log,
		drain: async () => {
			await server.stop();
			await tick.stop();
			await db.close();
			sqs.destroy();
			s3.destroy();
		},
	});
}

function requiredOf(env: Env): { databaseUrl: string; queueUrl: string; bucket: string } {
	const { DATABASE_URL, BASIN_QUEUE_URL, BASIN_BUCKET } = env;
	const missing = Object.entries({ DATABASE_URL, BASIN_QUEUE_URL, BASIN_BUCKET })
		.filter(([, value]) => value === undefined)
		.map(([name]) => name);
	if (DATABASE_URL === undefined || BASIN_QUEUE_URL === undefined || BASIN_BUCKET === undefined) {
		throw new Error(`${missing.join(', ')} must be set. (\`npm start\` runs everything on this machine without them.)`);
	}
	return { databaseUrl: DATABASE_URL, queueUrl: BASIN_QUEUE_URL, bucket: BASIN_BUCKET };
}

main().catch((error: unknown) => {
	log.error('could not start', { cause: error instanceof Error ? error.message : String(error) });
	process.exit(1);
});
