import type { Sweep } from '@basin/client';
import { isTerminalSweep, isTerminalTrial, type SweepState, type TrialState } from '@basin/core/contracts/states.ts';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Ranking } from '../board/ranking.ts';
import { client } from './client.ts';
import { backstopMs, idleMs, nextPoll } from './polling.ts';

export type SweepFilter = {
	/** Part of the name. */
	q: string;
	/** `key` or `key:value`. */
	label: string;
	state: SweepState | null;
};

export const sweepsQuery = ({ q, label, state }: SweepFilter) =>
	infiniteQueryOptions({
		queryKey: ['sweeps', { q, label, state }],
		queryFn: ({ pageParam, signal }) =>
			client.listSweeps(
				{
					cursor: pageParam,
					limit: 100,
					q: q.trim() || undefined,
					label: label.trim() || undefined,
					state: state ?? undefined,
				},
				{ signal },
			),
		initialPageParam: undefined as string | undefined,
		getNextPageParam: (page) => page.nextCursor ?? undefined,
		placeholderData: keepPreviousData,
		refetchInterval: ({ state: { data, error } }) => {
			const live = data?.pages.some((page) => page.items.some((sweep) => !isTerminalSweep(sweep.state)));
			// Every page is asked for again: the more there are, the less often.
			return (nextPoll(error, live ?? false) || idleMs) * (data?.pages.length ?? 1);
		},
	});

/** `streaming`: events keep it up to date. */
export const sweepQuery = (sweepId: string, streaming = false) =>
	queryOptions({
		queryKey: ['sweep', sweepId],
		queryFn: ({ signal }): Promise<Sweep> => client.getSweep(sweepId, { signal }),
		refetchInterval: ({ state: { data, error } }) =>
			nextPoll(error, !streaming && (data === undefined || !isTerminalSweep(data.state))),
	});

/** The whole board, of one moment. `poll`: more trials will finish, and no events tell of them. */
export const boardQuery = (sweepId: string, ranking: Ranking, poll: boolean) =>
	queryOptions({
		queryKey: ['sweep', sweepId, 'board', ranking],
		queryFn: ({ signal }) => client.wholeLeaderboard(sweepId, ranking, { signal }),
		placeholderData: keepPreviousData,
		staleTime: 1_000,
		refetchInterval: ({ state: { data, error } }) =>
			Math.max(Number(nextPoll(error, poll)), poll ? (data?.length ?? 0) : 0) || false,
	});

export type SharedBoardQuery = { dataset: string; model: string; ranking: Ranking; device: string | null };

/** The ranking over all sweeps of a data set and model. */
export const sharedBoardQuery = ({ dataset, model, ranking, device }: SharedBoardQuery) =>
	infiniteQueryOptions({
		queryKey: ['leaderboard', { dataset, model, ranking, device }],
		queryFn: ({ pageParam, signal }) =>
			client.sharedLeaderboard(
				{ dataset, model, ...ranking, device: device ?? undefined, cursor: pageParam, limit: 100 },
				{ signal },
			),
		initialPageParam: undefined as string | undefined,
		getNextPageParam: (page) => page.nextCursor ?? undefined,
		placeholderData: keepPreviousData,
		refetchInterval: ({ state: { data, error } }) => (nextPoll(error, false) || idleMs) * (data?.pages.length ?? 1),
	});

/** The trials of one configuration: a result for every seed that has finished. */
export const resultsQuery = (sweepId: string, configuration: string) =>
	queryOptions({
		queryKey: ['sweep', sweepId, 'results', configuration],
		queryFn: ({ signal }) => client.listTrials(sweepId, { configuration, limit: 100 }, { signal }),
		staleTime: 1_000,
	});

export const trialsQuery = (sweepId: string, state: TrialState | null, live: boolean) =>
	infiniteQueryOptions({
		queryKey: ['sweep', sweepId, 'trials', { state }],
		queryFn: ({ pageParam, signal }) =>
			client.listTrials(sweepId, { state: state ?? undefined, cursor: pageParam, limit: 100 }, { signal }),
		initialPageParam: undefined as string | undefined,
		getNextPageParam: (page) => page.nextCursor ?? undefined,
		placeholderData: keepPreviousData,
		refetchInterval: ({ state: { error } }) => nextPoll(error, live),
	});

/** A first page of trials in one state: what runs now, or why some failed. */
export const trialSampleQuery = (sweepId: string, state: TrialState, limit: number, live: boolean) =>
	queryOptions({
		queryKey: ['sweep', sweepId, 'sample', { state, limit }],
		queryFn: ({ signal }) => client.listTrials(sweepId, { state, limit }, { signal }),
		refetchInterval: ({ state: { error } }) => nextPoll(error, live),
	});

/** `streaming`: events tell of changes, but not of all: one worker takes over from another within a second. */
export const trialQuery = (trialId: string, streaming = false) =>
	queryOptions({
		queryKey: ['trial', trialId],
		queryFn: ({ signal }) => client.getTrial(trialId, { signal }),
		refetchInterval: ({ state: { data, error } }) => {
			const live = data === undefined || !isTerminalTrial(data.state);
			return nextPoll(error, live && !streaming) || (live && error === null && backstopMs);
		},
	});

export const artifactsQuery = (trialId: string, enabled: boolean) =>
	queryOptions({
		queryKey: ['trial', trialId, 'artifacts'],
		queryFn: ({ signal }) => client.listArtifacts(trialId, { signal }),
		enabled,
		// The links are good for five minutes.
		staleTime: 240_000,
		refetchInterval: 240_000,
	});

export const datasetsQuery = () =>
	queryOptions({
		queryKey: ['datasets'],
		queryFn: ({ signal }) => client.listDatasets({ signal }),
		staleTime: Number.POSITIVE_INFINITY,
	});

/** The newest sweeps, to start another from. */
export const latestSweepsQuery = () =>
	queryOptions({
		queryKey: ['sweeps', 'latest'],
		queryFn: ({ signal }) => client.listSweeps({ limit: 5 }, { signal }),
	});

/** The devices that have finished a trial; asked for when a form opens. */
export const enginesQuery = () =>
	queryOptions({ queryKey: ['engines'], queryFn: ({ signal }) => client.listEngines({ signal }), staleTime: 60_000 });

/** How many parameters a model has on a data set, by a dry run of one trial. */
export const parametersQuery = (dataset: string, model: SweepSpecInput['model']) =>
	queryOptions({
		queryKey: ['parameters', dataset, model],
		queryFn: async ({ signal }) => {
			const configurations = [{ batchSize: 1, eta: 0.1, lambda: 0 }];
			const spec: SweepSpecInput = { dataset: { name: dataset }, model, configurations, epochs: 1 };
			return (await client.estimateSweep(spec, { signal })).parameters;
		},
		staleTime: Number.POSITIVE_INFINITY,
		retry: false,
	});

/** What the API says of a spec, without writing anything. */
export const estimateQuery = (spec: SweepSpecInput) =>
	queryOptions({
		queryKey: ['estimate', spec],
		queryFn: ({ signal }) => client.estimateSweep(spec, { signal }),
		staleTime: 30_000,
		placeholderData: keepPreviousData,
		refetchInterval: ({ state: { error } }) => nextPoll(error, false),
	});

/** The project of the token. */
export const projectsQuery = () =>
	queryOptions({
		queryKey: ['projects'],
		queryFn: ({ signal }) => client.listProjects({ signal }),
		staleTime: Number.POSITIVE_INFINITY,
	});
