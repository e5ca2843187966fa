import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { waitFor } from '../../support/wait.ts';

/** A reason, in a sentence, why a server takes no part. */
export class Skipped extends Error {}

/** Installs and starts what a run needs. */
export type Setting = {
	/** Outside of the checkout; what is installed here is found again by the next run. */
	cacheFolder: string;
	/** What is large and not installed yet takes no part. */
	quick: boolean;
	/** What has to be undone at the end, last first. */
	after: (undo: () => Promise<unknown>) => void;
};

const run = promisify(execFile);
const installMs = 300_000;

/** @throws Skipped when the command is not there, or ends badly */
export async function install(command: string, args: string[]): Promise<void> {
	if (!commandPath(command)) throw new Skipped(`there is no ${command} on this machine`);
	await run(command, args, { timeout: installMs, maxBuffer: 64 * 1024 * 1024 }).catch((error: Error) => {
		const [line] = error.message
			.split('\n')
			.filter((text) => /error/i.test(text))
			.slice(-1);
		throw new Skipped(`${command} could not install it: ${line ?? error.message.split('\n')[0]}`);
	});
}

export function commandPath(command: string): string | undefined {
	if (command.includes('/')) return existsSync(command) ? command : undefined;
	return (process.env.PATH ?? '')
		.split(delimiter)
		.map((folder) => join(folder, command))
		.find((path) => existsSync(path));
}

/** Starts a process that lives until the run is over, and waits until `isReady`. @throws Skipped with what it printed */
export async function start(
	{ after }: Setting,
	command: string,
	args: string[],
	isReady: () => Promise<boolean>,
	options: { uid?: number; gid?: number; env?: Record<string, string> } = {},
): Promise<void> {
	const { env, ...identity } = options;
	const child = spawn(command, args, {
		...identity,
		cwd: '/',
		env: { ...process.env, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let printed = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			printed = (printed + text).slice(-2000);
		});
	}
	after(() => stop(child));
	try {
		await waitFor(`${command} to answer`, 60_000, async () => {
			if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended');
			return await isReady();
		});
	} catch (error) {
		throw new Skipped(`${command} did not start: ${(error as Error).message}; ${printed.trim().split('\n').at(-1)}`);
	}
}

/** SIGINT, which PostgreSQL takes for "now, but properly"; SIGKILL after five seconds. */
async function stop(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
	const ended = once(child, 'exit');
	child.kill('SIGINT');
	const tooLong = setTimeout(() => child.kill('SIGKILL'), 5_000);
	await ended;
	clearTimeout(tooLong);
}

/** True when something answers HTTP, whatever it says. */
export async function answersHttp(url: string): Promise<boolean> {
	return await fetch(url).then(
		() => true,
		() => false,
	);
}
