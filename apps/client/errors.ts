import type { Problem } from '@basin/core/contracts/errors.ts';

/** The server understood and refused; `problem` is its answer (RFC 9457). `message` is the problem's detail. */
export class ApiError extends Error {
	readonly problem: Problem;

	constructor(problem: Problem) {
		super(problem.detail);
		this.name = 'ApiError';
		this.problem = problem;
	}
}

/** `network`: no answer; `timeout`: none in time; `gateway`: something in between answered; `notBasin`: an answer outside the contract. */
export type UnreachableReason = 'network' | 'timeout' | 'gateway' | 'notBasin';

/** No answer of Basin's came back. */
export class UnreachableError extends Error {
	readonly reason: UnreachableReason;
	readonly baseUrl: string;
	/** Some try got as far as a connection, so the server may have acted on it. */
	maybeReceived = true;

	constructor(reason: UnreachableReason, baseUrl: string, message: string, cause?: unknown) {
		super(message, { cause });
		this.name = 'UnreachableError';
		this.reason = reason;
		this.baseUrl = baseUrl;
	}
}

/** What a failed `fetch` says under its "fetch failed": the first system error code along the causes. */
export function networkCode(error: unknown): string | undefined {
	for (let at: unknown = error; at instanceof Error; at = at.cause) {
		if ('code' in at && typeof at.code === 'string') return at.code;
		if (at instanceof AggregateError && at.errors.length > 0) return networkCode(at.errors[0]);
	}
	return undefined;
}

const sentences: Record<string, string> = {
	ECONNREFUSED: 'nothing listens there',
	ECONNRESET: 'the connection was cut',
	UND_ERR_SOCKET: 'the connection was cut',
	ENOTFOUND: 'the host name is unknown',
	EAI_AGAIN: 'the host name could not be looked up',
	UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
	ETIMEDOUT: 'the connection timed out',
};

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Wraps whatever `fetch` or reading a body threw into one sentence. */
export function unreachable(baseUrl: string, error: unknown): UnreachableError {
	const where = baseUrl || 'this address';
	if (error instanceof Error && error.name === 'TimeoutError')
		return new UnreachableError('timeout', baseUrl, `Basin at ${where} did not answer in time.`, error);
	const code = networkCode(error);
	const because = code === undefined ? 'the network request failed' : (sentences[code] ?? code);
	const unreachable = new UnreachableError('network', baseUrl, `Cannot reach Basin at ${where}: ${because}.`, error);
	unreachable.maybeReceived = code === undefined || !neverConnected.has(code);
	return unreachable;
}
