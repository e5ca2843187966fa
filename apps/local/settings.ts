import type { Env } from '@basin/core/contracts/env.ts';
import type { Home, Secrets } from './home.ts';
import type { ServicesConfig } from './services/messages.ts';
import { deadLetterNameOf } from './services/queue-names.ts';

export const queueName = 'basin-trials';
export const bucketName = 'basin-artifacts';

/** The embedded store believes any credentials, but the SDK wants some. */
export const embeddedCredentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };

type Source = Record<string, string | undefined>;

/** What has to be embedded, because the environment names none of its own. */
export function servicesConfigOf(env: Env, home: Home, secrets: Secrets | null): ServicesConfig {
	const embedsStore = env.BASIN_QUEUE_URL === undefined || env.BASIN_BUCKET === undefined;
	return {
		postgres:
			secrets === null
				? null
				: {
						dataDir: home.postgresDir,
						logFile: `${home.logsDir}/postgres.log`,
						password: secrets.postgresPassword,
						port: 0,
						homePath: home.path,
					},
		queueAndObjects: embedsStore
			? {
					queueDir: home.queueDir,
					objectsDir: home.objectsDir,
					port: 0,
					region: env.AWS_REGION,
					queueName,
					bucket: bucketName,
				}
			: null,
	};
}

/**
 * The environment that a stack of separate processes would have: what the user gave, completed by what is embedded.
 * Every part reads it as it would read the user's.
 */
export function completeEnvironment(input: {
	source: Source;
	env: Env;
	home: Home;
	databaseUrls: { databaseUrl: string; workerDatabaseUrl: string } | null;
	storePort: number | null;
	workers: number;
}): Source {
	const { source, env, home, databaseUrls, storePort, workers } = input;
	const complete: Source = { ...source, BASIN_WORKERS: String(workers), TMPDIR: home.tempDir };
	if (databaseUrls !== null) {
		complete.DATABASE_URL = databaseUrls.databaseUrl;
		complete.BASIN_WORKER_DATABASE_URL = databaseUrls.workerDatabaseUrl;
	}
	if (storePort === null) return complete;
	const endpoint = `http://127.0.0.1:${storePort}`;
	if (env.BASIN_QUEUE_URL === undefined) {
		complete.BASIN_QUEUE_URL = `${endpoint}/000000000000/${queueName}`;
		complete.BASIN_DEAD_LETTER_QUEUE_URL = `${endpoint}/000000000000/${deadLetterNameOf(queueName)}`;
		complete.AWS_ENDPOINT_URL_SQS = endpoint;
	}
	if (env.BASIN_BUCKET === undefined) {
		complete.BASIN_BUCKET = bucketName;
		complete.AWS_ENDPOINT_URL_S3 = endpoint;
	}
	if (embedsAllOfAws(env)) {
		// A profile would come before these.
		delete complete.AWS_PROFILE;
		complete.AWS_ACCESS_KEY_ID = embeddedCredentials.accessKeyId;
		complete.AWS_SECRET_ACCESS_KEY = embeddedCredentials.secretAccessKey;
	}
	return complete;
}

/** Where one of the two is the user's own, so are the credentials. */
export function embedsAllOfAws(env: Env): boolean {
	return env.BASIN_QUEUE_URL === undefined && env.BASIN_BUCKET === undefined;
}

/** A worker gets no login of the API. */
export function workerEnvironment(complete: Source, workerId: string): Source {
	const environment: Source = { ...complete, BASIN_WORKER_ID: workerId };
	if (environment.BASIN_WORKER_DATABASE_URL) delete environment.DATABASE_URL;
	return environment;
}
