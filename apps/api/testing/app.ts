import assert from 'node:assert/strict';
import { Problem } from '@basin/core/contracts/errors.ts';
import { type Db, openDatabase } from '@basin/db/client.ts';
import type { z } from 'zod';
import { createApp } from '../app.ts';
import type { Api, ApiDeps, DatasetStore } from '../deps.ts';
import type { LogFields } from '../log.ts';

export type LogLine = { level: string; message: string; fields: LogFields };
export type TestApp = { app: Api; log: LogLine[]; deleted: string[]; wakes: () => number };

/** A database that nobody answers for: a request that reaches a verb is a 503. */
export const noDatabase = (): Db => openDatabase('postgres://127.0.0.1:1/none');

/** A bucket with nothing in it. */
const noStore: DatasetStore = {
	presignPut: async (key) => `http://store.test/${key}`,
	read: async () => null,
	write: async () => {},
};

/** The app as `main.ts` makes it, but for the store (links and deletions are noted) and the log (kept). */
export function testApp(deps: Partial<ApiDeps> = {}): TestApp {
	const log: LogLine[] = [];
	const deleted: string[] = [];
	let wakes = 0;
	const note =
		(level: string) =>
		(message: string, fields: LogFields = {}) => {
			log.push({ level, message, fields });
		};
	const app = createApp({
		db: noDatabase(),
		log: { info: note('info'), warn: note('warn'), error: note('error') },
		presign: async (key, filename) => `http://store.test/${key}?as=${filename}`,
		datasets: noStore,
		deleteObjects: async (keys) => void deleted.push(...keys),
		ready: async () => ({ deadLettersLastDay: 0 }),
		wake: () => void wakes++,
		access: { open: true },
		...deps,
	});
	return { app, log, deleted, wakes: () => wakes };
}

/** Reads an answer with its contract; anything outside the contract fails the test. */
export async function read<T extends z.ZodType>(response: Response, status: number, schema: T): Promise<z.output<T>> {
	const text = await response.text();
	assert.equal(response.status, status, text);
	assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
	return schema.parse(JSON.parse(text));
}

/** Reads a refusal: always a problem document with the request's id, and never a word from inside. */
export async function readProblem(response: Response, status: number, code: Problem['code']): Promise<Problem> {
	const text = await response.text();
	assert.equal(response.headers.get('content-type'), 'application/problem+json', text);
	const problem = Problem.parse(JSON.parse(text));
	assert.deepEqual([response.status, problem.status, problem.code], [status, status, code], text);
	assert.equal(problem.requestId, response.headers.get('x-request-id'));
	assert.doesNotMatch(text, /node_modules|\.ts:\d|select |insert |postgres:|127\.0\.0\.1:1|ECONN/i);
	return problem;
}

export function post(app: Api, path: string, body: unknown, headers: Record<string, string> = {}) {
	return app.request(path, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
}

export const smallSpec = {
	dataset: { name: 'mnist' },
	model: { preset: 'softmax' },
	grid: { batchSize: [10, 100], eta: [0.1, 0.2] },
	seeds: [0, 1],
	epochs: 2,
};
