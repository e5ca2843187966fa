import { ProjectPage } from '@basin/core/contracts/access.ts';
import {
	ArtifactPage,
	DatasetInfo,
	DatasetPage,
	DeletedSweep,
	EnginePage,
	Health,
	LeaderboardEntry,
	LeaderboardPage,
	MetricsPage,
	Readiness,
	SharedLeaderboardPage,
	Sweep,
	SweepEstimate,
	SweepPage,
	type SweepSummary,
	type Trial,
	TrialPage,
	TrialWithAttempts,
} from '@basin/core/contracts/api.ts';
import {
	DatasetContent,
	DatasetUpload,
	type DatasetUploadInput,
	DeletedDataset,
} from '@basin/core/contracts/datasets.ts';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { z } from 'zod';
import { createAccess } from './access.ts';
import { createControls } from './control-sweep.ts';
import { type PartInput, putDatasetPart } from './dataset-part.ts';
import { type ExportOptions, exportSweep } from './export-sweep.ts';
import { type FollowOptions, followSweep } from './follow-sweep.ts';
import { createGates } from './gates.ts';
import { createLabCalls } from './lab.ts';
import { eachOf } from './pages.ts';
import type {
	CallOptions,
	CreateOptions,
	LeaderboardQuery,
	MetricsPoint,
	MetricsQuery,
	Paging,
	SharedLeaderboardQuery,
	SweepQuery,
	TrialQuery,
} from './queries.ts';
import { defaultRetry, type RetryPolicy } from './retry.ts';
import { type ReceivedEvent, type WatchOptions, watchSweep } from './sweep-events.ts';
import { createTransport } from './transport.ts';
import { createWebhooks } from './webhooks.ts';

export type * from '@basin/core/contracts/api.ts';
export type { FieldError, Problem } from '@basin/core/contracts/errors.ts';
export type { Baseline, GateComparison, GateInput, GateReport } from '@basin/core/contracts/gates.ts';
export type { SweepExtensionInput } from '@basin/core/contracts/sweep-extension.ts';
export { ApiError, UnreachableError, type UnreachableReason } from './errors.ts';
export { type ExportFormat, type ExportOptions, type ExportTable, exportedLines } from './export-sweep.ts';
export type { FollowOptions } from './follow-sweep.ts';
export { take } from './pages.ts';
export type * from './queries.ts';
export type { RetryPolicy } from './retry.ts';
export type { ReceivedEvent, WatchOptions } from './sweep-events.ts';
export { trainingRuleText } from './training-rule-text.ts';

export type ClientOptions = {
	/** Scheme, host and port, such as `http://127.0.0.1:8787`; `''` in a page that Basin itself serves. */
	baseUrl: string;
	/** Sent as `Authorization: Bearer …` with every call; not needed where the API is open on its own machine. */
	token?: string | undefined;
	fetch?: typeof fetch;
	retry?: Partial<RetryPolicy>;
	/** Of one try, headers and body; 30 s unless told. */
	timeoutMs?: number;
};

/** An `Idempotency-Key`: 128 random bits. (`crypto.randomUUID` is missing in pages served over plain HTTP.) */
export function createIdempotencyKey(): string {
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Called unbound, since browsers refuse `fetch` as a method of another object. */
function withToken(given: typeof fetch | undefined, token: string | undefined): typeof fetch {
	const send: typeof fetch = given ?? ((input, init) => fetch(input, init));
	if (token === undefined) return send;
	return (input, init) => {
		const headers = new Headers(init?.headers);
		headers.set('authorization', `Bearer ${token}`);
		return send(input, { ...init, headers });
	};
}

/** One entry a line. */
const LeaderboardLines = z
	.string()
	.transform((text) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown])))
	.pipe(z.array(LeaderboardEntry));

const OpenApiInfo = z.object({ info: z.object({ version: z.string() }) });

/** Checks of 256 MiB, behind others: one runs at a time. */
const finalizeTimeoutMs = 600_000;

/** Everything the API offers, typed; see {@link createClient}. */
export type Client = ReturnType<typeof createClient>;

/**
 * The client of Basin's REST API, for Node and browsers. Answers are parsed with the contracts.
 * Reads, dry runs and submits are retried on network errors, 429 and 503; see `RetryPolicy`.
 * Every call throws `ApiError` when the server refuses, `UnreachableError` when no answer of Basin's came back,
 * and the signal's reason when aborted.
 */
export function createClient(options: ClientOptions) {
	const server = {
		baseUrl: options.baseUrl.replace(/\/+$/, ''),
		fetch: withToken(options.fetch, options.token),
	};
	const send = createTransport({
		...server,
		retry: { ...defaultRetry, ...options.retry },
		timeoutMs: options.timeoutMs ?? 30_000,
	});
	const get = <T extends z.ZodType>(path: string, answer: T, query: object | undefined, call: CallOptions = {}) =>
		send({ method: 'GET', path, query: { ...query }, repeatable: true, answer, signal: call.signal });

	const getSweep = (sweepId: string, call?: CallOptions): Promise<Sweep> =>
		get(`/v1/sweeps/${encodeURIComponent(sweepId)}`, Sweep, undefined, call);
	const listSweeps = (query?: SweepQuery, call?: CallOptions) => get('/v1/sweeps', SweepPage, query, call);
	const listTrials = (sweepId: string, query?: TrialQuery, call?: CallOptions) =>
		get(`/v1/sweeps/${encodeURIComponent(sweepId)}/trials`, TrialPage, query, call);
	const listMetrics = (trialId: string, query?: MetricsQuery, call?: CallOptions) =>
		get(`/v1/trials/${encodeURIComponent(trialId)}/metrics`, MetricsPage, query, call);
	const leaderboard = (sweepId: string, query?: LeaderboardQuery, call?: CallOptions) =>
		get(`/v1/sweeps/${encodeURIComponent(sweepId)}/leaderboard`, LeaderboardPage, query, call);

	return {
		/** Submits a sweep; a lost answer is asked for again under the same key, so one call makes at most one sweep. */
		createSweep: (spec: SweepSpecInput, call: CreateOptions = {}): Promise<Sweep> =>
			send({
				method: 'POST',
				path: '/v1/sweeps',
				body: spec,
				idempotencyKey: call.idempotencyKey ?? createIdempotencyKey(),
				repeatable: true,
				answer: Sweep,
				signal: call.signal,
			}),
		/** Validates, expands and estimates; writes nothing. */
		estimateSweep: (spec: SweepSpecInput, call: CallOptions = {}): Promise<SweepEstimate> =>
			send({
				method: 'POST',
				path: '/v1/sweeps',
				query: { dryRun: true },
				body: spec,
				repeatable: true,
				answer: SweepEstimate,
				signal: call.signal,
			}),
		listSweeps,
		getSweep,
		...createControls(send),
		...createGates(send),
		...createWebhooks(send),
		...createLabCalls(send),
		...createAccess(send),
		/** Only an ended sweep; its trials, metrics and artifacts go with it. */
		deleteSweep: (sweepId: string, call: CallOptions = {}): Promise<DeletedSweep> =>
			send({
				method: 'DELETE',
				path: `/v1/sweeps/${encodeURIComponent(sweepId)}`,
				repeatable: false,
				answer: DeletedSweep,
				signal: call.signal,
			}),
		/** The sweep, again and again until it has ended; see `followSweep`. */
		followSweep: (sweepId: string, follow?: FollowOptions): AsyncGenerator<Sweep> =>
			followSweep((call) => getSweep(sweepId, call), follow),
		/** What changes in a sweep, as it happens; see `watchSweep`. */
		watchSweep: (sweepId: string, watch?: WatchOptions): AsyncGenerator<ReceivedEvent> =>
			watchSweep(server, sweepId, watch),
		listTrials,
		getTrial: (trialId: string, call?: CallOptions): Promise<TrialWithAttempts> =>
			get(`/v1/trials/${encodeURIComponent(trialId)}`, TrialWithAttempts, undefined, call),
		cancelTrial: (trialId: string, call: CallOptions = {}): Promise<TrialWithAttempts> =>
			send({
				method: 'POST',
				path: `/v1/trials/${encodeURIComponent(trialId)}/cancel`,
				repeatable: false,
				answer: TrialWithAttempts,
				signal: call.signal,
			}),
		/** A failed trial runs again with a fresh budget; one that waits or runs is answered as it is. */
		retryTrial: (trialId: string, call: CallOptions = {}): Promise<TrialWithAttempts> =>
			send({
				method: 'POST',
				path: `/v1/trials/${encodeURIComponent(trialId)}/retry`,
				repeatable: true,
				answer: TrialWithAttempts,
				signal: call.signal,
			}),
		listMetrics,
		/** Each item carries a presigned `url`, valid for five minutes. */
		listArtifacts: (trialId: string, call?: CallOptions): Promise<ArtifactPage> =>
			get(`/v1/trials/${encodeURIComponent(trialId)}/artifacts`, ArtifactPage, undefined, call),
		leaderboard,
		/** The ranking over all sweeps of one data set and model. */
		sharedLeaderboard: (query: SharedLeaderboardQuery, call?: CallOptions): Promise<SharedLeaderboardPage> =>
			get('/v1/leaderboard', SharedLeaderboardPage, query, call),
		/** The whole ranking in one answer, of one moment; pages can change between two requests. */
		wholeLeaderboard: (
			sweepId: string,
			query: Omit<LeaderboardQuery, keyof Paging> = {},
			call: CallOptions = {},
		): Promise<LeaderboardEntry[]> =>
			send({
				method: 'GET',
				path: `/v1/sweeps/${encodeURIComponent(sweepId)}/leaderboard`,
				query: { ...query },
				repeatable: true,
				answer: LeaderboardLines,
				accept: 'application/x-ndjson',
				signal: call.signal,
			}),
		/** The whole ranking as CSV (RFC 4180) with full precision, as the server writes it. */
		leaderboardCsv: (
			sweepId: string,
			query: Omit<LeaderboardQuery, keyof Paging> = {},
			call: CallOptions = {},
		): Promise<string> =>
			send({
				method: 'GET',
				path: `/v1/sweeps/${encodeURIComponent(sweepId)}/leaderboard`,
				query: { ...query },
				repeatable: true,
				answer: z.string(),
				accept: 'text/csv',
				signal: call.signal,
			}),
		/** A table of a sweep as a file; see `exportSweep`. */
		exportSweep: (sweepId: string, options: ExportOptions): AsyncGenerator<Uint8Array> =>
			exportSweep(server, sweepId, options),
		/** Announces an upload: the answer says where the parts of the files go. */
		createDataset: (input: z.input<typeof DatasetUploadInput>, call: CallOptions = {}): Promise<DatasetUpload> =>
			send({
				method: 'POST',
				path: '/v1/datasets',
				body: input,
				repeatable: true,
				answer: DatasetUpload,
				signal: call.signal,
			}),
		/** Sends a part by way of the API; see `putDatasetPart`. */
		putDatasetPart: (input: PartInput, call: CallOptions = {}) => putDatasetPart(server, input, call),
		/** Has the uploaded parts checked, which takes seconds where they are large; again it answers the same. */
		finalizeDataset: (datasetId: string, call: CallOptions = {}): Promise<DatasetInfo> =>
			send({
				method: 'POST',
				path: `/v1/datasets/${encodeURIComponent(datasetId)}/finalize`,
				repeatable: true,
				answer: DatasetInfo,
				signal: call.signal,
				timeoutMs: finalizeTimeoutMs,
			}),
		/** Only while no sweep that has not ended trains on it. */
		deleteDataset: (datasetId: string, call: CallOptions = {}): Promise<DeletedDataset> =>
			send({
				method: 'DELETE',
				path: `/v1/datasets/${encodeURIComponent(datasetId)}`,
				repeatable: false,
				answer: DeletedDataset,
				signal: call.signal,
			}),
		/** A presigned link to the content, valid for five minutes. */
		getDatasetContent: (datasetId: string, call?: CallOptions): Promise<DatasetContent> =>
			get(`/v1/datasets/${encodeURIComponent(datasetId)}/content`, DatasetContent, undefined, call),
		/** The server runs. */
		getHealth: (call?: CallOptions): Promise<Health> => get('/healthz', Health, undefined, call),
		/** The database and the queue answer; an `ApiError` with status 503 where they do not. */
		getReadiness: (call?: CallOptions): Promise<Readiness> => get('/readyz', Readiness, undefined, call),
		/** Of the REST contract that the server speaks. */
		getApiVersion: async (call?: CallOptions): Promise<string> =>
			(await get('/openapi.json', OpenApiInfo, undefined, call)).info.version,
		/** The devices that have finished a trial, and what they measured. */
		listEngines: (call?: CallOptions): Promise<EnginePage> => get('/v1/engines', EnginePage, undefined, call),
		listDatasets: (call?: CallOptions): Promise<DatasetPage> => get('/v1/datasets', DatasetPage, undefined, call),
		/** The project of the token; for an admin of the project `default` all of them. */
		listProjects: (call?: CallOptions): Promise<ProjectPage> => get('/v1/projects', ProjectPage, undefined, call),

		/** Every sweep that matches, newest first, a page at a time as it is iterated. */
		eachSweep: (query: SweepQuery = {}, call?: CallOptions): AsyncGenerator<SweepSummary> =>
			eachOf((cursor) => listSweeps({ ...query, cursor }, call), query.cursor),
		eachTrial: (sweepId: string, query: TrialQuery = {}, call?: CallOptions): AsyncGenerator<Trial> =>
			eachOf((cursor) => listTrials(sweepId, { ...query, cursor }, call), query.cursor),
		eachLeaderboardEntry: (
			sweepId: string,
			query: LeaderboardQuery = {},
			call?: CallOptions,
		): AsyncGenerator<LeaderboardEntry> =>
			eachOf((cursor) => leaderboard(sweepId, { ...query, cursor }, call), query.cursor),
		/** Every epoch after `query.after`, in order. */
		eachMetric: async function* (
			trialId: string,
			query: MetricsQuery = {},
			call?: CallOptions,
		): AsyncGenerator<MetricsPoint> {
			let after = query.after;
			for (;;) {
				const page = await listMetrics(trialId, { ...query, after }, call);
				yield* page.items;
				const last = page.items.at(-1);
				if (page.nextCursor === null || last === undefined) return;
				after = last.epoch;
			}
		},
	};
}
