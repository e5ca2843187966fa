import { ApiError, type Client, type Sweep, UnreachableError } from '@basin/client';
import { sleep } from '@basin/client/retry.ts';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';

export type FollowOptions = {
	client: Client;
	sweepId: string;
	signal: AbortSignal;
	/** How long the server may be away (a restart, a deploy) before following ends with its error. */
	patienceMs?: number;
	/** Called when the server cannot be reached and following goes on. */
	onTrouble?: (error: Error) => void;
};

/**
 * Yields the sweep as often as it is worth looking, the last time when it has ended.
 * @throws the client's errors, and the signal's reason when aborted.
 */
export async function* followSweep(options: FollowOptions): AsyncGenerator<Sweep> {
	const { client, sweepId, signal, patienceMs = 120_000 } = options;
	const startedAt = performance.now();
	let seenAt = startedAt;
	for (;;) {
		try {
			const sweep = await client.getSweep(sweepId, { signal });
			seenAt = performance.now();
			yield sweep;
			if (isTerminalSweep(sweep.state)) return;
		} catch (error) {
			if (!isPassing(error) || performance.now() - seenAt > patienceMs) throw error;
			options.onTrouble?.(error);
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
