import type { Log } from './ports.ts';

/** Repeats within this time are one wish: npm forwards the Ctrl-C that the terminal has already sent to everyone. */
const sameWishMs = 500;

/** Two-stage shutdown: the first request drains, the second forces. */
export type Shutdown = {
	/** Aborts at the first request. */
	readonly signal: AbortSignal;
	request(why: string): void;
};

/** @param onForce called at the second request; it must not return control to the program for long */
export function createShutdown(input: { onForce: () => void; now: () => number; log: Log }): Shutdown {
	const { onForce, now, log } = input;
	const controller = new AbortController();
	let requestedAt = 0;
	return {
		signal: controller.signal,
		request: (why) => {
			if (!controller.signal.aborted) {
				requestedAt = now();
				log.info('shutting down', { why });
				controller.abort();
			} else if (now() - requestedAt >= sameWishMs) {
				log.warn('shutting down at once', { why });
				onForce();
			}
		},
	};
}
