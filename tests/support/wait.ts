import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls `condition` until it is true.
 * @throws Error naming `what` when `deadlineMs` has passed.
 */
export async function waitFor(
	what: string,
	deadlineMs: number,
	condition: () => Promise<boolean> | boolean,
	everyMs = 50,
): Promise<void> {
	const until = performance.now() + deadlineMs;
	while (!(await condition())) {
		if (performance.now() > until) throw new Error(`Waited ${deadlineMs} ms in vain for ${what}`);
		await sleep(everyMs);
	}
}
