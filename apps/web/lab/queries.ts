import type { LabRun } from '@basin/core/contracts/lab.ts';
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

/** The run whose findings are shown: the newest that is done, full before quick. */
export function shownRun(runs: readonly LabRun[], experiment: string): LabRun | null {
	const done = runs.filter((run) => run.experiment === experiment && run.findings !== null);
	return done.find(({ size }) => size === 'full') ?? done[0] ?? null;
}
