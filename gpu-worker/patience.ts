import { sentenceOf } from './log.ts';
import { type Clock, type Log, PermanentError } from './ports.ts';

/** One try that has not answered after this long counts as failed: a half-open connection never answers. */
export const tryTimeoutMs = 10_000;
const firstPauseMs = 100;
const longestPauseMs = 5_000;

export type PatienceOptions = {
	what: string;
	clock: Clock;
	log: Log;
	/** Aborted: no further try. */
	signal: AbortSignal;
	/** Gives up after this long; default: never. */
	patienceMs?: number;
	/** A try may take this long; `null` for transfers, which have their own time limits. */
	timeoutMs?: number | null;
};

/** Thrown when the signal ended the trying, or the patience. The cause is the last failure. */
export class GaveUp extends Error {
	override name = 'GaveUp';
}

/**
 * Tries until it succeeds, with exponential back-off and full jitter up to five seconds.
 * Safe for the verbs of a worker only because each is fenced or idempotent: a try that timed out may have happened.
 * @throws GaveUp when aborted or out of patience
 * @throws PermanentError as soon as a try throws one
 */
export async function withPatience<T>(options: PatienceOptions, attempt: () => Promise<T>): Promise<T> {
	const { clock, log, signal, what, patienceMs = Number.POSITIVE_INFINITY } = options;
	const startedAt = clock.now();
	let last: unknown = new Error('not tried');
	for (let failures = 0; !signal.aborted; failures++) {
		try {
			const { timeoutMs = tryTimeoutMs } = options;
			return await (timeoutMs === null ? attempt() : inTime(attempt(), timeoutMs));
		} catch (error) {
			if (error instanceof PermanentError) throw error;
			last = error;
		}
		if (clock.now() - startedAt >= patienceMs) break;
		if (failures === 0) log.warn(`${what} failed; trying again`, { cause: sentenceOf(last) });
		const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures, 10));
		await clock.sleep(ceiling * (0.5 + Math.random() / 2), signal);
	}
	throw new GaveUp(`${what} did not succeed: ${sentenceOf(last)}`, { cause: last });
}

/** @throws Error when `answer` has not settled after `timeoutMs`; a later answer is ignored */
export async function inTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const timeout = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
	});
	try {
		return await Promise.race([answer, timeout]);
	} finally {
		clearTimeout(timer);
	}
}
