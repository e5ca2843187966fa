import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pricesOf, readEnv } from '@basin/core/contracts/env.ts';
import { openTracer } from '@basin/core/telemetry/tracer.ts';
import { migrate } from '@basin/db/migrate.ts';
import { accessOf } from './access/settings.ts';
import { createDeleteObjects, createPresign } from './adapters/s3.ts';
import { createDatasetStore } from './adapters/s3-datasets.ts';
import { createObjectStore } from './adapters/s3-objects.ts';
import { createApp } from './app.ts';
import { openConnections } from './connections.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { createReadiness } from './readiness.ts';
import { startServer } from './server.ts';
import { onShutdown } from './shutdown.ts';
import { startTick } from './tick.ts';

const log = createLog((line) => process.stdout.write(line));
const webDir = fileURLToPath(new URL('../web/dist', import.meta.url));

/** Runs the API, the relay and the reconciler against a database, a queue and a bucket that exist. */
async function main(): Promise<void> {
	const env = readEnv(process.env);
	const settings = accessOf(env);
	const connections = openConnections(env, { applicationName: 'basin-api' });
	const { db, sqs, s3, databaseUrl, queueUrl, bucket } = connections;
	await migrate(databaseUrl);
	const tracer = await openTracer({ endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT, service: 'basin-api' });
	const tick = startTick({
		db,
		sqs,
		queueUrl,
		tickSeconds: env.BASIN_TICK_SECONDS,
		redispatchAfterSeconds: env.BASIN_REDISPATCH_SECONDS,
		allowPrivateWebhooks: env.BASIN_WEBHOOK_PRIVATE_ADDRESSES,
		tracer,
		log,
		deadLetterQueueUrl: env.BASIN_DEAD_LETTER_QUEUE_URL,
		objects: createObjectStore({ s3, bucket }),
	});
	const metrics = createMetrics({ db, log });
	const app = createApp({
		db,
		log,
		presign: createPresign({ s3, bucket }),
		datasets: createDatasetStore({ s3, bucket }),
		deleteObjects: createDeleteObjects({ s3, bucket }),
		ready: createReadiness({ db, sqs, queueUrl }),
		wake: tick.wake,
		...settings,
		metrics,
		tracer,
		allowPrivateWebhooks: env.BASIN_WEBHOOK_PRIVATE_ADDRESSES,
		...pricesOf(env),
		...(existsSync(webDir) ? { webDir } : {}),
	});
	const server = await startServer({ app, host: env.BASIN_HOST, port: env.PORT });
	log.info('listening', { url: server.url });

	onShutdown({
		log,
		drain: async () => {
			await server.stop();
			metrics.stop();
			await tick.stop();
			await tracer?.close();
			await connections.close();
		},
	});
}

main().catch((error: unknown) => {
	log.error('could not start', { cause: error instanceof Error ? error.message : String(error) });
	process.exit(1);
});
