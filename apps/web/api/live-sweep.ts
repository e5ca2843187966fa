import { ApiError, type SweepEvent } from '@basin/client';
import { isTerminalTrial, TrialState } from '@basin/core/contracts/states.ts';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client } from './client.ts';
import { mergeEpochs, type TrialMetrics } from './metrics.ts';
import { sweepQuery } from './queries.ts';
import { createThrottle } from './throttle.ts';

const firstWaitMs = 500;
const longestWaitMs = 15_000;
/** A board of ten thousand rows is some megabytes: it is asked for every ten seconds, a small one every second. */
const boardMs = (rows: number) => Math.max(1_000, rows);

/**
 * Follows a sweep by server-sent events while it is live, and puts what they tell into the cache. After a break it
 * connects again, with the last id, at growing distances.
 * @returns true while events arrive: whoever shows the sweep need not poll
 */
export function useLiveSweep(sweepId: string, live: boolean): boolean {
	const queries = useQueryClient();
	const [streaming, setStreaming] = useState(false);
	useEffect(() => {
		if (!live) return;
		const abort = new AbortController();
		follow({ queries, sweepId, signal: abort.signal, onState: setStreaming });
		return () => {
			abort.abort();
			setStreaming(false);
		};
	}, [queries, sweepId, live]);
	return streaming;
}

async function follow(input: {
	queries: QueryClient;
	sweepId: string;
	signal: AbortSignal;
	onState: (streaming: boolean) => void;
}): Promise<void> {
	const { queries, sweepId, signal, onState } = input;
	const refreshBoard = createThrottle(() => refresh(queries, sweepId), signal);
	let lastEventId: string | undefined;
	for (let failures = 0; !signal.aborted; failures++) {
		try {
			let isOpen = false;
			for await (const { id, event } of client.watchSweep(sweepId, { signal, lastEventId })) {
				// What is not told again after a break, such as a sweep's list of failures, is asked for once.
				if (!isOpen && lastEventId !== undefined) queries.invalidateQueries({ queryKey: ['sweep', sweepId] });
				isOpen = true;
				failures = 0;
				lastEventId = id;
				onState(true);
				applyEvent(queries, sweepId, event, refreshBoard);
			}
		} catch (error) {
			// A sweep that is gone, or an API that has no events: polling says what there is to say.
			if (signal.aborted || (error instanceof ApiError && error.problem.status < 500)) return;
		}
		if (signal.aborted) return;
		onState(false);
		await pause(Math.min(longestWaitMs, firstWaitMs * 2 ** failures), signal);
	}
}

/** Puts an event into the cache of the queries that show it. */
export function applyEvent(
	queries: QueryClient,
	sweepId: string,
	event: SweepEvent,
	refreshBoard: (everyMs: number) => void,
): void {
	if (event.type === 'sweep') {
		const key = sweepQuery(sweepId).queryKey;
		const before = queries.getQueryData(key);
		queries.setQueryData(key, event.sweep);
		if (before === undefined || JSON.stringify(before.counts) === JSON.stringify(event.sweep.counts)) return;
		queries.invalidateQueries({ queryKey: ['sweep', sweepId, 'sample'] }, { cancelRefetch: false });
		// Of trials only that which a page shows is asked for.
		queries.invalidateQueries({ queryKey: ['trial'] }, { cancelRefetch: false });
		// The first poll of a stream can find what ended before it began.
		if (endedOf(before.counts) !== endedOf(event.sweep.counts)) refreshBoard(boardMs(event.sweep.configurations));
	} else if (event.type === 'leaderboard') {
		const rows = queries.getQueryData(sweepQuery(sweepId).queryKey)?.configurations ?? 0;
		refreshBoard(boardMs(rows));
	} else {
		addPoint(queries, event);
		queries.invalidateQueries({ queryKey: ['trial', event.trialId] }, { cancelRefetch: false });
	}
}

function endedOf(counts: Record<TrialState, number>): number {
	return TrialState.options.filter(isTerminalTrial).reduce((sum, state) => sum + counts[state], 0);
}

function addPoint(queries: QueryClient, { trialId, point }: SweepEvent & { type: 'epoch' }): void {
	const key = ['metrics', trialId];
	const known = queries.getQueryData<TrialMetrics>(key);
	if (known === undefined) return;
	const last = known.points.at(-1)?.epoch ?? 0;
	// An epoch in between was told to others before this page listened.
	if (point.epoch > last + 1) queries.invalidateQueries({ queryKey: key });
	else queries.setQueryData<TrialMetrics>(key, { ...known, points: mergeEpochs(known.points, [point]) });
}

function refresh(queries: QueryClient, sweepId: string): void {
	for (const part of ['board', 'trials', 'results'])
		queries.invalidateQueries({ queryKey: ['sweep', sweepId, part] }, { cancelRefetch: false });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const end = () => {
			clearTimeout(timer);
			globalThis.removeEventListener?.('online', end);
			resolve();
		};
		const timer = setTimeout(end, ms);
		// A laptop that is opened again need not wait.
		globalThis.addEventListener?.('online', end);
		signal.addEventListener('abort', end, { once: true });
	});
}
