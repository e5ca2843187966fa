import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { waitFor } from './wait.ts';

export const repository = new URL('../../', import.meta.url).pathname;

/** The whole of Basin, as `npm start` runs it, with data of its own. */
export type Stack = { baseUrl: string; process: ChildProcess; output: () => string; readySeconds: number };

export async function temporaryHome(): Promise<{ home: string; remove: () => Promise<void> }> {
	const home = await mkdtemp(join(tmpdir(), 'basin-e2e-'));
	return { home, remove: () => rm(home, { recursive: true, force: true }) };
}

/** A port that was free a moment ago, on loopback. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as { port: number };
	server.close();
	await once(server, 'close');
	return port;
}

/** Starts the stack on `home` and waits until `/readyz` says yes; on failure the error holds what it printed. */
export async function startStack(home: string, env: Record<string, string> = {}): Promise<Stack> {
	const port = await freePort();
	const startedAt = performance.now();
	const { DATABASE_URL: _, BASIN_TEST_DATABASE_URL: __, ...inherited } = process.env;
	const child = spawn('npm', ['start', '--silent'], {
		cwd: repository,
		env: { ...inherited, PORT: String(port), BASIN_HOME: home, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: true,
	});
	let text = '';
	for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
	const baseUrl = `http://127.0.0.1:${port}`;
	try {
		await waitFor('the stack to be ready', 60_000, async () => {
			if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
			return (await fetch(`${baseUrl}/readyz`).catch(() => undefined))?.ok === true;
		});
	} catch (error) {
		throw new Error(`${(error as Error).message}; it printed:\n${text}`);
	}
	return { baseUrl, process: child, output: () => text, readySeconds: (performance.now() - startedAt) / 1000 };
}

/** Ctrl-C in a terminal: SIGINT to the whole foreground group. Returns the seconds until everything had ended. */
export async function interruptStack(stack: Stack): Promise<number> {
	const startedAt = performance.now();
	const ended = stack.process.exitCode === null ? once(stack.process, 'exit') : Promise.resolve();
	process.kill(-(stack.process.pid as number), 'SIGINT');
	await ended;
	return (performance.now() - startedAt) / 1000;
}

/** For `after` hooks: nothing of the stack may outlive the test, whatever happened before. */
export async function killStack(stack: Stack | undefined): Promise<void> {
	if (!stack || stack.process.exitCode !== null) return;
	await Promise.race([interruptStack(stack), new Promise((resolve) => setTimeout(resolve, 15_000).unref())]);
	try {
		process.kill(-(stack.process.pid as number), 'SIGKILL');
	} catch {
		// Already gone.
	}
}
