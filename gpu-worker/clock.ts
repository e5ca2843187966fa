import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './ports.ts';

/** The machine's monotonic clock: a changed wall clock moves no lease. */
export const systemClock: Clock = {
	now: () => performance.now(),
	sleep: async (milliseconds, signal) => {
		try {
			await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
		} catch {
			// Woken early by the signal; the caller looks at it.
		}
	},
};
