import type { MetricsPoint } from '@basin/client';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';
import { backstopMs, nextPoll } from './polling.ts';

/** The epochs of a trial that are known; `complete` once they were fetched after its end. */
export type TrialMetrics = { points: MetricsPoint[]; complete: boolean };

/**
 * Each poll asks only for epochs after the last one known. `ended`: nothing more will come; `streaming`: events bring the
 * rest, and the poll what they leave out.
 */
export const metricsQuery = (trialId: string, ended: boolean, streaming = false) =>
	queryOptions({
		queryKey: ['metrics', trialId],
		queryFn: async ({ signal, client: queries }): Promise<TrialMetrics> => {
			const known = knownPoints(queries, trialId);
			const fresh: MetricsPoint[] = [];
			for await (const point of client.eachMetric(trialId, { after: known.at(-1)?.epoch }, { signal }))
				fresh.push(point);
			// Events may have brought epochs in the meantime.
			return { points: mergeEpochs(knownPoints(queries, trialId), fresh), complete: ended };
		},
		staleTime: ({ state }) => (state.data?.complete ? Number.POSITIVE_INFINITY : 0),
		refetchInterval: ({ state: { data, error } }) => {
			const live = !data?.complete;
			return nextPoll(error, live && !streaming) || (live && error === null && backstopMs);
		},
	});

function knownPoints(queries: QueryClient, trialId: string): MetricsPoint[] {
	return queries.getQueryData<TrialMetrics>(['metrics', trialId])?.points ?? [];
}

/** One point an epoch, in order. A later attempt repeats the epochs of an earlier one bit for bit; the newest is kept. */
export function mergeEpochs(known: MetricsPoint[], fresh: MetricsPoint[]): MetricsPoint[] {
	const byEpoch = new Map(known.map((point) => [point.epoch, point]));
	for (const point of fresh) {
		const before = byEpoch.get(point.epoch);
		if (before === undefined || before.attemptNo <= point.attemptNo) byEpoch.set(point.epoch, point);
	}
	return [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch);
}
