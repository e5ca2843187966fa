import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnv } from '@basin/core/contracts/env.ts';
import type { Home } from './home.ts';
import { completeEnvironment, servicesConfigOf, workerEnvironment } from './settings.ts';

const home = { path: '/h', logsDir: '/h/logs', tempDir: '/h/tmp', postgresDir: '/h/postgres' } as Home;
const secrets = { postgresPassword: 'p', workerPassword: 'w', tokenKey: 'k' };
const databaseUrls = { databaseUrl: 'postgres://a/b', workerDatabaseUrl: 'postgres://w/b' };

function complete(source: Record<string, string>) {
	const env = readEnv(source);
	const embedsDatabase = env.DATABASE_URL === undefined;
	const config = servicesConfigOf(env, home, embedsDatabase ? secrets : null);
	const storePort = config.queueAndObjects === null ? null : 4000;
	const urls = embedsDatabase ? databaseUrls : null;
	return { config, environment: completeEnvironment({ source, env, home, databaseUrls: urls, storePort, workers: 2 }) };
}

test('what the environment does not name is embedded', () => {
	const { config, environment } = complete({ AWS_PROFILE: 'mine' });
	assert.ok(config.postgres && config.queueAndObjects);
	assert.equal(environment.DATABASE_URL, 'postgres://a/b');
	assert.equal(environment.BASIN_QUEUE_URL, 'http://127.0.0.1:4000/000000000000/basin-trials');
	assert.equal(environment.BASIN_DEAD_LETTER_QUEUE_URL, `${environment.BASIN_QUEUE_URL}-dead-letters`);
	assert.equal(environment.AWS_ENDPOINT_URL_S3, 'http://127.0.0.1:4000');
	assert.equal(environment.AWS_PROFILE, undefined, 'your own credentials are not sent to the embedded store');
});

test('what the environment names is used as it is, with your credentials', () => {
	const source = {
		DATABASE_URL: 'postgres://mine/db',
		BASIN_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/q',
		BASIN_BUCKET: 'mine',
		AWS_PROFILE: 'mine',
	};
	const { config, environment } = complete(source);
	assert.deepEqual(config, { postgres: null, queueAndObjects: null });
	assert.deepEqual(environment, { ...source, BASIN_WORKERS: '2', TMPDIR: '/h/tmp' });
});

test('a queue of your own beside an embedded bucket keeps its own endpoint and credentials', () => {
	const queue = 'https://sqs.eu-west-1.amazonaws.com/1/q';
	const { environment } = complete({ BASIN_QUEUE_URL: queue, AWS_PROFILE: 'mine' });
	assert.equal(environment.BASIN_QUEUE_URL, queue);
	assert.equal(environment.AWS_ENDPOINT_URL_SQS, undefined);
	assert.equal(environment.BASIN_DEAD_LETTER_QUEUE_URL, undefined);
	assert.equal(environment.AWS_ENDPOINT_URL_S3, 'http://127.0.0.1:4000');
	assert.equal(environment.AWS_PROFILE, 'mine');
});

test('a worker never gets the login that may do everything, where it has one of its own', () => {
	const worker = workerEnvironment(complete({}).environment, 'w-1');
	assert.equal(worker.DATABASE_URL, undefined);
	assert.equal(worker.BASIN_WORKER_DATABASE_URL, 'postgres://w/b');
	assert.equal(worker.BASIN_WORKER_ID, 'w-1');
});
