import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Env, readEnv } from '@basin/core/contracts/env.ts';
import { openTracer } from '@basin/core/telemetry/tracer.ts';
import { openDatabase } from '@basin/db/client.ts';
import { createIamPassword } from '@basin/db/iam-password.ts';
import { nameAccelerator } from './accelerator.ts';
import { systemClock } from './clock.ts';
import { withDatasets } from './fetching-trainer.ts';
import { createLog, sentenceOf } from './log.ts';
import { runLoop } from './loop.ts';
import { readOptions } from './options.ts';
import { createS3Artifacts } from './s3-artifacts.ts';
import { createS3Datasets } from './s3-datasets.ts';
import { createShutdown } from './shutdown.ts';
import { withRefusals } from './sql-refusal.ts';
import { createSqsQueue } from './sqs-queue.ts';
import { withTraces } from './tracing.ts';
import { createTrainer } from './trainer-process.ts';
import { connectS3, connectSqs } from './wiring/aws-clients.ts';
import { createLedger } from './wiring/ledger.ts';
import { downloadFrom, tidying, uploadTo } from './wiring/s3-streams.ts';

let log = createLog((line) => process.stdout.write(line));

/** Runs the worker against a database, a queue and a bucket that exist, until it is told to stop or has nothing to do. */
async function main(): Promise<void> {
	const { idleExitSeconds } = readOptions(process.argv.slice(2));
	const env = readEnv(process.env);
	const { databaseUrl, role, queueUrl, bucket } = requiredOf(env);
	const lease = { heartbeatSeconds: env.BASIN_HEARTBEAT_SECONDS, leaseSeconds: env.BASIN_LEASE_SECONDS };
	if (lease.heartbeatSeconds * 2 > lease.leaseSeconds) {
		throw new Error(
			'BASIN_LEASE_SECONDS must be at least twice BASIN_HEARTBEAT_SECONDS: one late heartbeat is normal.',
		);
	}
	const workerId = env.BASIN_WORKER_ID ?? `${hostname()}-${process.pid}`;
	log = log.with({ workerId });

	const sqs = connectSqs({ region: env.AWS_REGION, endpoint: env.AWS_ENDPOINT_URL_SQS });
	const s3 = connectS3({ region: env.AWS_REGION, endpoint: env.AWS_ENDPOINT_URL_S3 });
	// Two connections: a heartbeat never waits for an epoch that is being written.
	const db = openDatabase(databaseUrl, {
		max: 2,
		applicationName: 'basin-worker',
		...(role === null ? {} : { role }),
		...(env.BASIN_DATABASE_AUTH === 'iam' ? { password: createIamPassword(databaseUrl, sqs.config) } : {}),
	});
	const datasetsFolder = resolve(env.BASIN_DATASETS ?? join(env.BASIN_HOME, 'datasets'));
	const trainer = createTrainer({
		script: fileURLToPath(new URL('./trainer.ts', import.meta.url)),
		args: trainerArguments(env, datasetsFolder),
		env: withoutSecrets(process.env),
		progressTimeoutMs: env.BASIN_PROGRESS_SECONDS * 1000,
		log,
	});
	const tracer = await openTracer({ endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT, service: 'basin-worker' });
	const download = downloadFrom({ s3, bucket });
	const datasets = createS3Datasets({
		folder: datasetsFolder,
		limitBytes: env.BASIN_DATASETS_GIB * 2 ** 30,
		download,
	});
	const workDir = mkdtempSync(join(tmpdir(), 'basin-worker-'));
	const onForce = () => void trainer.close().finally(() => process.exit(1));
	const shutdown = createShutdown({ onForce, now: systemClock.now, log });
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => shutdown.request(signal));
	process.on('disconnect', () => shutdown.request('the process that started this worker is gone'));

	try {
		const { device } = await trainer.ready();
		log.info('worker ready', { device: device.label, deviceKey: device.key });
		process.send?.({ type: 'ready', device });
		const ports = {
			queue: createSqsQueue({ sqs, queueUrl }),
			ledger: withRefusals(createLedger({ db, workerId, leaseSeconds: lease.leaseSeconds })),
			artifacts: createS3Artifacts({ upload: uploadTo({ s3, bucket }), download, ...tidying({ s3, bucket }) }),
			trainer: withDatasets({ trainer, datasets }),
		};
		await runLoop({
			...(tracer === undefined ? ports : withTraces(ports, tracer)),
			lease,
			idleExitSeconds,
			workDir,
			releaseGraceSeconds: env.BASIN_SHUTDOWN_SECONDS,
			shutdown,
			clock: systemClock,
			log,
		});
	} finally {
		await trainer.close();
		await tracer?.close();
		await db.close();
		rmSync(workDir, { recursive: true, force: true });
	}
}

function requiredOf(env: Env) {
	const databaseUrl = env.BASIN_WORKER_DATABASE_URL ?? env.DATABASE_URL;
	const role = env.BASIN_WORKER_DATABASE_URL === undefined ? 'basin_worker' : null;
	const { BASIN_QUEUE_URL: queueUrl, BASIN_BUCKET: bucket } = env;
	if (databaseUrl === undefined || queueUrl === undefined || bucket === undefined) {
		throw new Error('A worker needs BASIN_WORKER_DATABASE_URL or DATABASE_URL, BASIN_QUEUE_URL and BASIN_BUCKET.');
	}
	return { databaseUrl, role, queueUrl, bucket };
}

function trainerArguments(env: Env, datasets: string): string[] {
	const accelerator = nameAccelerator(process.env);
	const settings = {
		threads: env.BASIN_THREADS,
		slots: env.BASIN_WORKERS || 1,
		'checkpoint-seconds': env.BASIN_CHECKPOINT_SECONDS,
		datasets,
		provider: env.BASIN_PROVIDER,
		...(accelerator === null ? {} : { accelerator }),
	};
	return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}

/** What a trainer needs of the environment: everything but the ways to the database, the queue and the bucket. */
function withoutSecrets(source: Record<string, string | undefined>): Record<string, string | undefined> {
	const isSecret = (name: string) => /^(BASIN_|AWS_|PG)/.test(name) || name === 'DATABASE_URL';
	return Object.fromEntries(Object.entries(source).filter(([name]) => !isSecret(name)));
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		log.error('the worker ended', { cause: sentenceOf(error) });
		process.exit(1);
	},
);
