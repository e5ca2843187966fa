/** Delays are in milliseconds. */
export type RetryPolicy = {
	/** Tries in all, the first included. */
	attempts: number;
	baseDelayMs: number;
	maxDelayMs: number;
	/** A `Retry-After` longer than this is not waited for: the error is thrown at once. */
	maxRetryAfterMs: number;
};

export const defaultRetry: RetryPolicy = {
	attempts: 5,
	baseDelayMs: 200,
	maxDelayMs: 5_000,
	maxRetryAfterMs: 60_000,
};

/** Full jitter (AWS Architecture Blog, 2015): uniform in 0 … min(max, base · 2ⁿ), so that clients do not return in step. */
export function backoffMs(policy: RetryPolicy, retriesDone: number, random: () => number = Math.random): number {
	return random() * Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** retriesDone);
}

/** `Retry-After` as milliseconds from now: seconds or an HTTP date; undefined when absent or unreadable. */
export function retryAfterMs(header: string | null, now: number = Date.now()): number | undefined {
	if (header === null || header.trim() === '') return undefined;
	const seconds = Number(header);
	if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
	const date = Date.parse(header);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Resolves after `ms`, or rejects with the signal's reason. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		if (signal?.aborted) return reject(signal.reason);
		const onAbort = () => {
			clearTimeout(timer);
			reject(signal?.reason);
		};
		const timer = setTimeout(() => {
			signal?.removeEventListener('abort', onAbort);
			resolve();
		}, ms);
		signal?.addEventListener('abort', onAbort, { once: true });
	});
}
