import type { LabRun, LabSize } from '@basin/core/contracts/lab.ts';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../api/client.ts';
import { nextPoll } from '../api/polling.ts';

export const labExperimentsQuery = queryOptions({
	queryKey: ['lab', 'experiments'],
	queryFn: ({ signal }) => client.listLabExperiments({ signal }),
	staleTime: Number.POSITIVE_INFINITY,
});

export const labRunsQuery = queryOptions({
	queryKey: ['lab', 'runs'],
	queryFn: ({ signal }) => client.listLabRuns({ signal }),
	refetchInterval: ({ state: { data, error } }) =>
		nextPoll(error, data?.items.some(({ state }) => state === 'running') ?? false),
});

/** Of the runs of one experiment, that whose findings are shown: the newest of a size, full before quick. */
export function shownRun(runs: readonly LabRun[], asked: LabSize | null = null): LabRun | null {
	const done = runs.filter(({ findings }) => findings !== null);
	return done.find(({ size }) => size === asked) ?? done.find(({ size }) => size === 'full') ?? done[0] ?? null;
}
