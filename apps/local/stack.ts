import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Device } from '@basin/core/contracts/device.ts';
import { type Env, readEnv } from '@basin/core/contracts/env.ts';
import { sentenceOf } from '@basin/gpu-worker/log.ts';
import { accessOfStack, requireTokens } from './access.ts';
import type { RunningApi } from './api.ts';
import { clearTemporary, type Home, openHome, readSecrets } from './home.ts';
import { type Lock, lockHome } from './lock.ts';
import { keepLogsSmall, rotateLog } from './logs.ts';
import { requireFreePort } from './port.ts';
import { type Services, startServices } from './services.ts';
import { completeEnvironment, embeddedCredentials, embedsAllOfAws, servicesConfigOf } from './settings.ts';
import { StartError } from './start-error.ts';
import { startWorkers, type Workers } from './workers.ts';

export type Stack = {
	url: string;
	home: Home;
	api: RunningApi;
	workers: number;
	processor: string;
	/** All that another process of this stack needs to know, with the secrets. */
	environment: Record<string, string | undefined>;
	/** What the first worker found to train on; never settles where there are no workers. */
	device: Promise<Device>;
	/** Ends everything in order within ten seconds: workers give their trials back, then API, then services. */
	stop(): Promise<void>;
	/** Ends the workers where they stand, and the rest as fast as the data allow. */
	force(): Promise<void>;
};

/** What a worker may need beyond its last checkpoint, to give its trial back. */
const workerSpareMs = 2_500;
/** Requests and rounds that still run end with the process. */
const apiPatienceMs = 1_000;
/** With four seconds for a checkpoint, a stop that goes wrong takes the ten seconds that are promised, and no more. */
const servicesPatienceMs = 2_500;

/**
 * Starts the embedded cloud: whatever of database, queue and bucket the environment does not name, then API and workers.
 * @throws StartError with the sentence for the user; nothing is left running then
 */
export async function startStack(input: {
	source: Record<string, string | undefined>;
	env: Env;
	say: (line: string) => void;
}): Promise<Stack> {
	const { source, env, say } = input;
	await requireFreePort(env);
	const home = openHome(env.BASIN_HOME);
	const lock = lockHome(home.lockFile, home.path);
	const parts: { services?: Services; api?: RunningApi; workers?: Workers } = {};
	try {
		return await startParts({ source, env, say, home, lock, parts });
	} catch (error) {
		await parts.api?.stop();
		await parts.services?.child.stop(servicesPatienceMs);
		lock.release();
		throw error instanceof StartError ? error : unexpected(error, home);
	}
}

/** A person gets a sentence; whoever repairs it finds the rest in a file. */
function unexpected(error: unknown, { logsDir }: Home): StartError {
	const logFile = `${logsDir}/start.log`;
	writeFileSync(logFile, `${inspect(error)}\n`, { mode: 0o600 });
	let root = error;
	while (root instanceof Error && root.cause !== undefined) root = root.cause;
	const [sentence] = sentenceOf(root).split('\n');
	return new StartError(`Basin could not start: ${sentence} (more in ${logFile})`, { cause: error });
}

async function startParts(input: {
	source: Record<string, string | undefined>;
	env: Env;
	say: (line: string) => void;
	home: Home;
	lock: Lock;
	parts: { services?: Services; api?: RunningApi; workers?: Workers };
}): Promise<Stack> {
	const { source, env, say, home, lock, parts } = input;
	clearTemporary(home);
	const secrets = env.DATABASE_URL === undefined ? readSecrets(home) : null;
	const settings = accessOfStack(env, secrets?.tokenKey);
	for (const name of ['postgres', 'services', 'api']) rotateLog(`${home.logsDir}/${name}.log`);

	// Half a second of parsing, while the services start.
	const loading = Promise.all([import('./bootstrap.ts'), import('./api.ts')]);
	const config = servicesConfigOf(env, home, secrets);
	if (config.postgres !== null || config.queueAndObjects !== null) {
		parts.services = await startServices({
			config,
			env: source,
			logFile: `${home.logsDir}/services.log`,
			onCrash: (sentence, seconds) => say(`${sentence} Database, queue and objects come back in ${seconds} s.`),
		});
	}
	const [{ prepareDatabase, prepareForeignDatabase }, { startApi }] = await loading;
	const postgresPort = parts.services?.postgresPort ?? null;
	const databaseUrls = postgresPort === null || secrets === null ? null : await prepareDatabase(postgresPort, secrets);
	if (env.DATABASE_URL !== undefined) await prepareForeignDatabase(env.DATABASE_URL);

	const workers = env.BASIN_WORKERS ?? availableParallelism();
	const storePort = parts.services?.queueAndObjectsPort ?? null;
	const environment = completeEnvironment({ source, env, home, databaseUrls, storePort, workers });
	const complete = readEnv(environment);
	await requireTokens(env, settings, complete.DATABASE_URL!);
	const api = await startApi({
		env: complete,
		settings,
		logFile: `${home.logsDir}/api.log`,
		lab: { folder: `${home.path}/lab`, environment: source },
		...(embedsAllOfAws(env) ? { credentials: embeddedCredentials } : {}),
	});
	parts.api = api;
	lock.describe(`process ${process.pid}, ${api.url}`);

	const device = Promise.withResolvers<Device>();
	const running = startWorkers({
		count: workers,
		environment,
		logsDir: home.logsDir,
		onReady: device.resolve,
		onCrash: (name, how, seconds) => say(`${name} ${how}; it comes back in ${seconds} s. ${home.logsDir}/${name}.log`),
	});
	parts.workers = running;
	const logs = keepLogsSmall(home.logsDir);

	return {
		url: api.url,
		home,
		api,
		workers,
		environment,
		processor: cpus()[0]?.model.trim() ?? process.arch,
		device: device.promise,
		stop: async () => {
			logs.stop();
			await running.stop(env.BASIN_SHUTDOWN_SECONDS * 1000 + workerSpareMs);
			await Promise.race([api.stop(), delay(apiPatienceMs)]);
			await parts.services?.child.stop(servicesPatienceMs);
			lock.release();
		},
		force: async () => {
			running.kill();
			await parts.services?.child.stop(servicesPatienceMs);
		},
	};
}
