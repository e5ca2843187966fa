import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, type TestContext } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TestCloud } from '@basin/api/testing/cloud.ts';
import { bundleFunction, type FunctionName } from '../bundle.ts';
import type { StreamPart } from './response-stream.ts';

export type LogLine = { level?: string; message?: string; [field: string]: unknown };
export type RunningFunction = {
	/** @throws Error with the message of what the handler threw */
	invoke<T>(event: unknown, options?: { timeoutMs?: number; onPart?: (part: StreamPart) => void }): Promise<T>;
	/** What it has written; every line is one JSON object. */
	log: LogLine[];
};

type Told =
	| { type: 'ready' }
	| { type: 'part'; id: number; part: StreamPart }
	| { type: 'answer' | 'failure'; id: number; answer?: unknown; message?: string };
type Reply = Exclude<Told, { type: 'ready' }>;

const runtime = fileURLToPath(new URL('./runtime.ts', import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'basin-functions-'));
after(() => rm(folder, { recursive: true }));
const bundles = new Map<FunctionName, Promise<void>>();

/** Builds the function as it is deployed, once for a test file. */
async function bundleOf(name: FunctionName): Promise<string> {
	if (!bundles.has(name)) bundles.set(name, bundleFunction(name, folder));
	await bundles.get(name);
	return pathToFileURL(join(folder, name, 'handler.mjs')).href;
}

/** Loads the bundle of a function in a process of its own, with this environment and no other. */
export async function startFunction(
	t: Pick<TestContext, 'after'>,
	name: FunctionName,
	env: Record<string, string>,
): Promise<RunningFunction> {
	const module = await bundleOf(name);
	const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
	const child = fork(runtime, [module], {
		env: { ...credentials, ...env },
		stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
	});
	const closed = once(child, 'close');
	t.after(async () => {
		child.kill('SIGKILL');
		await closed;
	});
	const log: LogLine[] = [];
	createInterface(child.stdout!).on('line', (line) => log.push(JSON.parse(line) as LogLine));
	const open = new Map<number, (reply: Reply) => void>();
	const ready = new Promise<void>((resolve, reject) => {
		closed.then(() => reject(new Error(`${name} ended while it was loaded`)));
		child.on('message', (told: Told) => {
			if (told.type === 'ready') resolve();
			else open.get(told.id)!(told);
		});
	});
	await ready;
	let last = 0;
	return {
		log,
		invoke: <T>(event: unknown, { timeoutMs = 30_000, onPart = (_: StreamPart) => {} } = {}) =>
			new Promise<T>((resolve, reject) => {
				const id = ++last;
				open.set(id, (reply) => {
					if (reply.type === 'part') return onPart(reply.part);
					if (reply.type === 'answer') resolve(reply.answer as T);
					else reject(new Error(reply.message));
				});
				closed.then(() => reject(new Error(`${name} ended while it was called`)));
				child.send({ id, event, timeoutMs });
			}),
	};
}

/** Hooks that run last first: a process that uses a database ends before the database is dropped. */
export function lastFirst(t: Pick<TestContext, 'after'>): Pick<TestContext, 'after'> {
	const ends: (() => unknown)[] = [];
	t.after(async () => {
		for (const end of ends) await end();
	});
	return { after: (end) => void ends.unshift(end as () => unknown) };
}

/** The variables that a function is given for these services. */
export function environmentOf(databaseUrl: string, cloud: TestCloud): Record<string, string> {
	return {
		DATABASE_URL: databaseUrl,
		BASIN_QUEUE_URL: cloud.queueUrl,
		BASIN_BUCKET: cloud.bucket,
		AWS_ENDPOINT_URL_SQS: cloud.endpoint,
		AWS_ENDPOINT_URL_S3: cloud.endpoint,
	};
}
