import type { Clock } from '../ports.ts';

export type ManualClock = Clock & {
	/** Moves time on in steps, so that whoever wakes can sleep again on the way. */
	advance(milliseconds: number): Promise<void>;
};

/** A clock that only the test moves. */
export function createManualClock(): ManualClock {
	let now = 0;
	let sleepers: { at: number; wake: () => void }[] = [];
	const advanceTo = async (end: number) => {
		await settled();
		for (;;) {
			const next = sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
			if (next === undefined) break;
			now = Math.max(now, next.at);
			sleepers = sleepers.filter((sleeper) => sleeper !== next);
			next.wake();
			await settled();
		}
		now = end;
	};
	return {
		now: () => now,
		sleep: (milliseconds, signal) =>
			new Promise((wake) => {
				if (signal?.aborted) return wake();
				sleepers.push({ at: now + milliseconds, wake });
				signal?.addEventListener('abort', () => wake(), { once: true });
			}),
		advance: (milliseconds) => advanceTo(now + milliseconds),
	};
}

/** Lets everything run that needs no time to pass (promises, and files on disk). */
async function settled(): Promise<void> {
	for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
