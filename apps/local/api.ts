import { createWriteStream, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AccessSettings } from '@basin/api/access/settings.ts';
import type { Credentials } from '@basin/api/adapters/clients.ts';
import { createDeleteObjects, createPresign } from '@basin/api/adapters/s3.ts';
import { createDatasetStore } from '@basin/api/adapters/s3-datasets.ts';
import { createObjectStore } from '@basin/api/adapters/s3-objects.ts';
import { createApp } from '@basin/api/app.ts';
import { openConnections } from '@basin/api/connections.ts';
import { createLog } from '@basin/api/log.ts';
import { createMetrics } from '@basin/api/metrics/metrics.ts';
import { createReadiness } from '@basin/api/readiness.ts';
import { startServer } from '@basin/api/server.ts';
import { startTick } from '@basin/api/tick.ts';
import { type Env, pricesOf } from '@basin/core/contracts/env.ts';
import { openTracer } from '@basin/core/telemetry/tracer.ts';
import type { Db } from '@basin/db/client.ts';
import { createLab } from './lab.ts';
import { listenErrorOf } from './port.ts';

export type RunningApi = { url: string; db: Db; stop(): Promise<void> };

const webDir = fileURLToPath(new URL('../web/dist', import.meta.url));
const stopGraceMs = 500;

/** Starts the API, the web app, the relay and the reconciler in this process, from a complete environment. */
export async function startApi(input: {
	env: Env;
	settings: AccessSettings;
	logFile: string;
	/** Where the Lab keeps its findings, and the environment of its runs. */
	lab: { folder: string; environment: Record<string, string | undefined> };
	/** Unset: those that the AWS SDK finds by itself. */
	credentials?: Credentials;
}): Promise<RunningApi> {
	const { env, settings, logFile } = input;
	const logStream = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
	const log = createLog((line) => logStream.write(line));
	const connections = openConnections(env, { applicationName: 'basin-api' }, input.credentials);
	const { db, sqs, s3, queueUrl, bucket } = connections;
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
	let url = '';
	const lab = createLab({ ...input.lab, url: () => url });
	const app = createApp({
		db,
		log,
		presign: createPresign({ s3, bucket }),
		datasets: createDatasetStore({ s3, bucket }),
		deleteObjects: createDeleteObjects({ s3, bucket }),
		ready: createReadiness({ db, sqs, queueUrl }),
		wake: tick.wake,
		metrics,
		tracer,
		allowPrivateWebhooks: env.BASIN_WEBHOOK_PRIVATE_ADDRESSES,
		lab,
		...pricesOf(env),
		...settings,
		...(existsSync(webDir) ? { webDir } : {}),
	});
	const close = async () => {
		lab.stop();
		metrics.stop();
		await tick.stop();
		await tracer?.close();
		await connections.close();
		await new Promise((resolve) => logStream.end(resolve));
	};
	try {
		const server = await startServer({ app, host: env.BASIN_HOST, port: env.PORT });
		url = server.url;
		const stop = async () => {
			await server.stop({ graceMs: stopGraceMs });
			await close();
		};
		return { url: server.url, db, stop };
	} catch (error) {
		await close();
		throw listenErrorOf(error, env);
	}
}
