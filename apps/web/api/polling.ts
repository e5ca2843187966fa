import { ApiError } from '@basin/client';

/** How often something that changes is asked for. */
export const liveMs = 1_000;
/** How often a trial that runs is asked for although events tell of it: one that was missed must not be waited for. */
export const backstopMs = 2_000;
/** How often the list is asked for while nothing in it runs: someone else may submit. */
export const idleMs = 10_000;

/** Milliseconds to the next poll. What the API refused stays refused; while nothing answers, it is asked less often. */
export function nextPoll(error: Error | null, live: boolean): number | false {
	if (error instanceof ApiError && error.problem.status < 500) return false;
	if (error !== null) return 3 * liveMs;
	return live ? liveMs : false;
}
