import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as program from '../program.ts';

export const launcher = fileURLToPath(new URL('../bin/basin.mjs', import.meta.url));

export type Ended = { code: number | null; stdout: string; stderr: string };

export type RunOptions = {
	/** `BASIN_URL` of the child. */
	url?: string;
	stdin?: string;
	cwd?: string;
	env?: Record<string, string>;
	/** Sends Ctrl-C's signal once stderr matches. */
	interruptOn?: RegExp;
	/** The same once stdout matches. */
	interruptOnStdout?: RegExp;
	nodeOptions?: string[];
	script?: string;
};

/** The command as a user's shell would run it in a pipe; resolves when it has ended. */
export async function runBasin(args: string[], options: RunOptions = {}): Promise<Ended> {
	const child = spawn(process.execPath, [...(options.nodeOptions ?? []), options.script ?? launcher, ...args], {
		cwd: options.cwd,
		// Nothing is inherited: the developer's BASIN_URL or FORCE_COLOR must not decide a test.
		env: { ...(options.url === undefined ? {} : { BASIN_URL: options.url }), ...options.env },
	});
	let stdout = '';
	let stderr = '';
	let interrupted = false;
	child.stdout.on('data', (chunk) => {
		stdout += chunk;
		if (!interrupted && options.interruptOnStdout?.test(stdout)) interrupted = child.kill('SIGINT');
	});
	child.stderr.on('data', (chunk) => {
		stderr += chunk;
		if (!interrupted && options.interruptOn?.test(stderr)) interrupted = child.kill('SIGINT');
	});
	child.stdin.end(options.stdin ?? '');
	const [code] = await once(child, 'close');
	return { code, stdout, stderr };
}

/** The same program inside this process, as in a pipe: for tables of many short cases, where starting Node would be the test. */
export async function callBasin(
	args: string[],
	options: Pick<RunOptions, 'url' | 'stdin' | 'env'> = {},
): Promise<Ended> {
	const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
	stdin.end(options.stdin ?? '');
	const outputs = Promise.all([text(stdout), text(stderr)]);
	const code = await program.runBasin(
		args,
		{
			stdin,
			stdout,
			stderr,
			defaultUrl: options.url ?? 'http://127.0.0.1:8787',
			defaultToken: options.env?.BASIN_TOKEN,
			invocation: 'basin',
			isDumbTerminal: false,
			environment: options.env ?? {},
			interrupted: new AbortController().signal,
		},
		'0.0.0',
	);
	stdout.end();
	stderr.end();
	const [out, err] = await outputs;
	return { code, stdout: out, stderr: err };
}

/** A folder that goes with the test. */
export async function temporaryFolder(t: TestContext): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'basin-cli-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	return folder;
}
