import type { Sweep } from '@basin/core/contracts/api.ts';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { ApiError, UnreachableError } from './errors.ts';
import { sleep } from './retry.ts';

export type FollowOptions = {
	signal?: AbortSignal | undefined;
	/** How long the server may be away (a restart, a deploy) before following ends with its error; 2 minutes unless told. */
	patienceMs?: number;
	/** Called when the server cannot be reached and following goes on. */
	onTrouble?: (error: Error) => void;
};

/**
 * Yields the sweep as often as it is worth looking, the last time when it has ended.
 * @throws the errors of `getSweep`, and the signal's reason when aborted.
 */
export async function* followSweep(
	getSweep: (call: { signal?: AbortSignal | undefined }) => Promise<Sweep>,
	{ signal, patienceMs = 120_000, onTrouble }: FollowOptions = {},
): AsyncGenerator<Sweep> {
	const startedAt = performance.now();
	let seenAt = startedAt;
	for (;;) {
		try {
			const sweep = await getSweep({ signal });
			seenAt = performance.now();
			yield sweep;
			if (isTerminalSweep(sweep.state)) return;
		} catch (error) {
			if (!isPassing(error) || performance.now() - seenAt > patienceMs) throw error;
			onTrouble?.(error);
		}
		await sleep(pollMs(performance.now() - startedAt), signal);
	}
}

/** A sweep of seconds is watched closely; one of hours costs the server a request every five seconds. */
function pollMs(elapsedMs: number): number {
	return Math.min(5_000, Math.max(400, elapsedMs / 60));
}

function isPassing(error: unknown): error is Error {
	if (error instanceof UnreachableError) return error.reason !== 'notBasin';
	return error instanceof ApiError && (error.problem.status >= 500 || error.problem.status === 429);
}
