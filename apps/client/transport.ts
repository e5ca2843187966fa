import { ErrorCode, Problem } from '@basin/core/contracts/errors.ts';
import type { z } from 'zod';
import { parseAnswer } from './answers.ts';
import { ApiError, UnreachableError, unreachable } from './errors.ts';
import { backoffMs, type RetryPolicy, retryAfterMs, sleep } from './retry.ts';

export type QueryValues = Record<string, string | number | boolean | undefined>;

export type Call<T extends z.ZodType> = {
	method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	path: string;
	query?: QueryValues | undefined;
	body?: unknown;
	/** Sent on every try, so that a repeated POST is the same POST. */
	idempotencyKey?: string | undefined;
	/** Repeating it cannot change anything twice: it may be retried. */
	repeatable: boolean;
	/** The contract of the answer; `z.string()` for CSV and NDJSON. */
	answer: T;
	/** JSON unless told. */
	accept?: 'text/csv' | 'application/x-ndjson' | undefined;
	signal?: AbortSignal | undefined;
	/** In place of the client's, for a call that takes long by its nature. */
	timeoutMs?: number | undefined;
};

export type Transport = <T extends z.ZodType>(call: Call<T>) => Promise<z.output<T>>;

export type TransportOptions = { baseUrl: string; fetch: typeof fetch; retry: RetryPolicy; timeoutMs: number };

/** A newer server may know more codes than this client: its sentence still counts. */
const TolerantProblem = Problem.extend({ code: ErrorCode.catch('internal') });

export type Failure = { error: ApiError | UnreachableError; transient: boolean; waitMs?: number | undefined };

/** Sends calls as JSON; retries repeatable ones on network errors, 429 and 502–504 with back-off, full jitter and `Retry-After`. */
export function createTransport(options: TransportOptions): Transport {
	const { retry } = options;
	return async (call) => {
		let maybeReceived = false;
		for (let tries = 1; ; tries++) {
			const outcome = await attempt(options, call);
			if (!('error' in outcome)) return outcome.value;
			const { error, transient, waitMs = 0 } = outcome;
			maybeReceived ||= !(error instanceof UnreachableError) || error.maybeReceived;
			if (!transient || !call.repeatable || tries >= retry.attempts || waitMs > retry.maxRetryAfterMs) {
				if (error instanceof UnreachableError) error.maybeReceived = maybeReceived;
				throw error;
			}
			await sleep(waitMs + backoffMs(retry, tries - 1), call.signal);
		}
	};
}

/** One request. Aborting by the caller throws its reason; every other failure is a value. */
async function attempt<T extends z.ZodType>(
	options: TransportOptions,
	call: Call<T>,
): Promise<{ value: z.output<T> } | Failure> {
	const { baseUrl } = options;
	const timeout = AbortSignal.timeout(call.timeoutMs ?? options.timeoutMs);
	const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
	// Outside of the `try`: a key that cannot be a header is the caller's mistake, not the network's.
	const request = requestOf(call);
	let response: Response;
	let text: string;
	try {
		response = await options.fetch(urlOf(baseUrl, call), { ...request, signal });
		text = await response.text();
	} catch (error) {
		call.signal?.throwIfAborted();
		return { error: unreachable(baseUrl, error), transient: true };
	}
	if (!response.ok) return failureOf(baseUrl, response, parseJson(text));
	const json = call.accept ? textOf(response, call.accept, text) : parseJson(text);
	const parsed = parseAnswer(call.answer, json);
	if (parsed.success) return { value: parsed.data };
	const issue = parsed.error.issues[0];
	const detail =
		json === undefined
			? `it is not ${call.accept ?? 'JSON'}`
			: `${issue?.path.join('.') || 'the body'}: ${issue?.message}`;
	return {
		error: notBasin(baseUrl, `${call.method} ${call.path} got an answer outside the contract (${detail})`),
		transient: false,
	};
}

/** What an answer other than a 2xx means. */
export function failureOf(baseUrl: string, response: Response, json: unknown): Failure {
	const waitMs = retryAfterMs(response.headers.get('retry-after'));
	const busy = [429, 502, 503, 504].includes(response.status);
	const parsed = TolerantProblem.safeParse(json);
	if (parsed.success) {
		// The first try of this very request is still running on the server: its answer can be had in a moment.
		const inProgress = parsed.data.code === 'idempotency_in_progress';
		return { error: new ApiError(parsed.data), transient: busy || inProgress, waitMs };
	}
	if (busy) {
		const message = `Basin at ${baseUrl || 'this address'} is not available (HTTP ${response.status}).`;
		return { error: new UnreachableError('gateway', baseUrl, message), transient: true, waitMs };
	}
	return { error: notBasin(baseUrl, `HTTP ${response.status} without a problem document`), transient: false };
}

function notBasin(baseUrl: string, what: string): UnreachableError {
	const message = `What answers at ${baseUrl || 'this address'} is not this version of Basin: ${what}.`;
	return new UnreachableError('notBasin', baseUrl, message);
}

function urlOf(baseUrl: string, call: Call<z.ZodType>): string {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(call.query ?? {})) if (value !== undefined) query.set(name, String(value));
	return `${baseUrl}${call.path}${query.size > 0 ? `?${query}` : ''}`;
}

function requestOf(call: Call<z.ZodType>): RequestInit {
	const headers = new Headers({ accept: call.accept ?? 'application/json' });
	if (call.body !== undefined) headers.set('content-type', 'application/json');
	if (call.idempotencyKey !== undefined) headers.set('idempotency-key', call.idempotencyKey);
	return {
		method: call.method,
		headers,
		...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
	};
}

/** Undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The body, if it is of the type that was asked for: a proxy's HTML is no CSV. */
function textOf(response: Response, type: string, text: string): string | undefined {
	return response.headers.get('content-type')?.startsWith(type) ? text : undefined;
}
