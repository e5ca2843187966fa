import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readEnv } from '@basin/core/contracts/env.ts';
import { type Db, openDatabase } from '@basin/db/client.ts';
import { prepareDatabase } from '@basin/local/bootstrap.ts';
import { clearTemporary, openHome, readSecrets } from '@basin/local/home.ts';
import { startServices } from '@basin/local/services.ts';
import { completeEnvironment, servicesConfigOf } from '@basin/local/settings.ts';

const apiScript = fileURLToPath(new URL('../../apps/api/main.ts', import.meta.url));
const noopWorkerScript = fileURLToPath(new URL('./noop-worker.ts', import.meta.url));

/** What `npm start` embeds, with its settings, in a fresh folder: only the workers are the bench's own. */
export type BenchCloud = {
	db: Db;
	/** A pool with the login of a worker, which may do no more than a worker. */
	openAsWorker(max: number): Db;
	startApi(): Promise<{ baseUrl: string; pid: number; stop(): Promise<void> }>;
	/** Starts one process of workers that train nothing; it says `ready`, then one message for each claim. */
	startNoopWorkers(workers: number): Promise<{ process: ChildProcess; stop(): Promise<void> }>;
	stop(): Promise<void>;
};

/** @throws Error when the database does not wait for the disk: its figures would be of nothing. */
export async function startBenchCloud(): Promise<BenchCloud> {
	const folder = await mkdtemp(join(tmpdir(), 'basin-bench-'));
	const home = openHome(folder);
	clearTemporary(home);
	const secrets = readSecrets(home);
	const source = { PATH: process.env.PATH, HOME: process.env.HOME };
	const env = readEnv({ BASIN_HOME: folder });
	const services = await startServices({
		config: servicesConfigOf(env, home, secrets),
		env: source,
		logFile: join(home.logsDir, 'services.log'),
		onCrash: (sentence) => console.error(sentence),
	});
	const databaseUrls = await prepareDatabase(services.postgresPort as number, secrets);
	const storePort = services.queueAndObjectsPort;
	const environment = completeEnvironment({ source, env, home, databaseUrls, storePort, workers: 0 });
	const db = openDatabase(databaseUrls.databaseUrl, { applicationName: 'basin-bench', statementTimeoutSeconds: 600 });
	const pools = [db];
	await requireDurability(db);
	return {
		db,
		openAsWorker: (max) => {
			const pool = openDatabase(databaseUrls.workerDatabaseUrl, { max, applicationName: 'basin-bench-worker' });
			pools.push(pool);
			return pool;
		},
		startApi: () => startApi({ ...environment, PORT: '0' }),
		startNoopWorkers: (workers) => startNoopWorkers(environment, workers),
		stop: async () => {
			await Promise.all(pools.map((pool) => pool.close()));
			await services.child.stop(10_000);
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function requireDurability({ sql }: Db): Promise<void> {
	for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
		const [row] = await sql<{ value: string }[]>`select current_setting(${name}) as value`;
		if (row?.value !== 'on')
			throw new Error(`${name} is ${row?.value}: this bench measures only what survives a crash.`);
	}
}

async function startApi(env: Record<string, string | undefined>) {
	const child = spawn(process.execPath, [apiScript], { env, stdio: ['ignore', 'pipe', 'inherit'] });
	for await (const line of createInterface(child.stdout)) {
		const { message, url, cause } = JSON.parse(line) as { message: string; url?: string; cause?: string };
		if (message === 'could not start') throw new Error(cause);
		if (url === undefined) continue;
		child.stdout.resume();
		return { baseUrl: url, pid: child.pid as number, stop: () => stopChild(child) };
	}
	throw new Error('The API ended before it listened.');
}

async function startNoopWorkers(env: Record<string, string | undefined>, workers: number) {
	const child = fork(noopWorkerScript, [String(workers)], { env });
	await once(child, 'message');
	return { process: child, stop: () => stopChild(child) };
}

async function stopChild(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, 'exit');
	child.kill('SIGTERM');
	await ended;
}
