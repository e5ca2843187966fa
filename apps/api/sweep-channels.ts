import type { Sweep, SweepEvent } from '@basin/core/contracts/api.ts';
import { isTerminalTrial, TrialState } from '@basin/core/contracts/states.ts';
import type { Db } from '@basin/db/client.ts';
import { type KnownEpoch, readChanges, readEpochsSince } from '@basin/db/sweeps/changes.ts';
import { causeOf, type Log } from './log.ts';

/** An event with the id to resume after: milliseconds of Unix time at which it was read. */
export type NumberedEvent = { id: number; event: SweepEvent };

/** Receives events in order; `null` when the sweep is gone. */
export type SweepListener = (event: NumberedEvent | null) => void;

export type SweepChannels = {
	/**
	 * Calls `listener` with the sweep as it is, and then with what changes; with `after` first with the epochs since then.
	 * An epoch can come twice, never not at all. @returns a function that ends it
	 */
	subscribe(sweepId: string, listener: SweepListener, after: number | null): () => void;
};

/** An epoch is dated before it is committed: nobody's transaction takes longer. */
const commitMs = 5_000;

/** One channel for each sweep that somebody watches: however many listen, the database is asked once a second. */
export function createSweepChannels({ db, log, pollMs = 1_000 }: { db: Db; log: Log; pollMs?: number }): SweepChannels {
	const channels = new Map<string, Channel>();
	return {
		subscribe(sweepId, listener, after) {
			const channel = channels.get(sweepId) ?? createChannel({ db, log, sweepId, pollMs });
			channels.set(sweepId, channel);
			channel.join(listener, after);
			return () => {
				if (channel.leave(listener) === 0 && channels.get(sweepId) === channel) channels.delete(sweepId);
			};
		},
	};
}

type Channel = { join(listener: SweepListener, after: number | null): void; leave(listener: SweepListener): number };

function createChannel({ db, log, sweepId, pollMs }: { db: Db; log: Log; sweepId: string; pollMs: number }): Channel {
	const listeners = new Set<SweepListener>();
	/** Who was away, and since when, until the first poll has said how the sweep is. */
	const returning = new Map<SweepListener, number>();
	let known: ReadonlyMap<string, KnownEpoch> = new Map();
	let latest: { id: number; sweep: Sweep } | undefined;
	let timer: NodeJS.Timeout | undefined;

	const tell = (event: NumberedEvent | null) => {
		for (const listener of listeners) listener(event);
	};
	const poll = async () => {
		const id = Date.now();
		const changes = await readChanges({ db, sweepId, known });
		if (changes === undefined) return tell(null);
		for (const point of changes.points) tell({ id, event: { type: 'epoch', ...point } });
		const before = latest?.sweep;
		known = changes.known;
		latest = { id, sweep: changes.sweep };
		if (JSON.stringify(before) === JSON.stringify(changes.sweep)) return;
		tell({ id, event: { type: 'sweep', sweep: changes.sweep } });
		const ended = endedOf(changes.sweep);
		if (before !== undefined && endedOf(before) !== ended) tell({ id, event: { type: 'leaderboard', ended } });
	};
	const run = async () => {
		try {
			await poll();
			for (const [listener, after] of returning) resume(listener, after);
			returning.clear();
		} catch (error) {
			log.warn('events wait for the database', { sweepId, cause: causeOf(error) });
		}
		timer = listeners.size > 0 ? setTimeout(run, pollMs) : undefined;
	};

	/** What was recorded while the listener was away. */
	const catchUp = async (listener: SweepListener, after: number) => {
		const id = Date.now();
		const points = await readEpochsSince({ db, sweepId, sinceMs: after - commitMs });
		if (!listeners.has(listener)) return;
		for (const point of points) listener({ id, event: { type: 'epoch', ...point } });
		if (latest !== undefined) listener({ id, event: { type: 'leaderboard', ended: endedOf(latest.sweep) } });
	};
	const resume = (listener: SweepListener, after: number) => {
		catchUp(listener, after).catch((error: unknown) => {
			// The client comes back with the same id, and is told then.
			log.warn('events could not be resumed', { sweepId, cause: causeOf(error) });
			listener(null);
		});
	};
	return {
		join(listener, after) {
			const isFirst = listeners.size === 0;
			listeners.add(listener);
			if (latest !== undefined) listener({ id: latest.id, event: { type: 'sweep', sweep: latest.sweep } });
			if (after !== null) {
				if (latest === undefined) returning.set(listener, after);
				else resume(listener, after);
			}
			if (isFirst) void run();
		},
		leave(listener) {
			listeners.delete(listener);
			returning.delete(listener);
			if (listeners.size === 0) clearTimeout(timer);
			return listeners.size;
		},
	};
}

function endedOf({ counts }: Sweep): number {
	return TrialState.options.filter(isTerminalTrial).reduce((sum, state) => sum + counts[state], 0);
}
