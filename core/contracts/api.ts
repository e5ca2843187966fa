import { z } from 'zod';
import { Device } from './device.ts';
import { FieldError } from './errors.ts';
import { AttemptOutcome, FailureReason, SweepState, TrialState } from './states.ts';
import { Configuration, ModelSpec, SweepSpec } from './sweep-spec.ts';
import { EpochMetrics, TrialResult } from './training.ts';

/** ISO-8601 in UTC. */
const Timestamp = z.iso.datetime().meta({ example: '2026-01-31T12:00:00.000Z' });

/** How many trials are in each state; every state is present. */
export const TrialCounts = z
	.object({
		total: z.int(),
		pending: z.int(),
		queued: z.int(),
		running: z.int(),
		succeeded: z.int(),
		failed: z.int(),
		pruned: z.int(),
		cancelled: z.int(),
	})
	.meta({ id: 'TrialCounts' });
export type TrialCounts = z.infer<typeof TrialCounts>;

export const BestConfiguration = z
	.object({ configuration: Configuration, valAccuracyMean: z.number(), seeds: z.int(), trialId: z.string() })
	.meta({ id: 'BestConfiguration' });
export type BestConfiguration = z.infer<typeof BestConfiguration>;

export const Progress = z
	.object({
		fraction: z.number().min(0).max(1).meta({ description: 'Of all epochs of all trials; ended trials count whole.' }),
		epochsDone: z.int(),
		epochsTotal: z.int(),
		etaSeconds: z.number().nullable().meta({ description: 'Null until enough has been measured, and when ended.' }),
	})
	.meta({ id: 'Progress' });

/** A sweep in a list. */
export const SweepSummary = z
	.object({
		id: z.string(),
		name: z.string(),
		state: SweepState,
		stopReason: z.string().nullable().meta({ description: 'Why it ended early (budget, cancel), in a sentence.' }),
		dataset: z.string(),
		model: z.string().meta({ example: 'mlp' }),
		labels: z.record(z.string(), z.string()),
		counts: TrialCounts,
		progress: Progress,
		best: BestConfiguration.nullable(),
		createdAt: Timestamp,
		startedAt: Timestamp.nullable(),
		finishedAt: Timestamp.nullable(),
	})
	.meta({ id: 'SweepSummary' });
export type SweepSummary = z.infer<typeof SweepSummary>;

export const Sweep = SweepSummary.extend({
	spec: SweepSpec,
	configurations: z.int().meta({ description: 'Configurations in the sweep.' }),
	trainSize: z.int().meta({ description: 'N: examples trained on; a batch size of N is the full batch.' }),
	devices: z.array(Device).meta({ description: 'Devices that have finished at least one trial of the sweep.' }),
}).meta({ id: 'Sweep' });
export type Sweep = z.infer<typeof Sweep>;

/** Answer of `POST /v1/sweeps/{id}/retry-failed`. */
export const RetriedSweep = Sweep.extend({
	retried: z.int().meta({ description: 'Failed trials that were given a new budget; 0 when none had failed.' }),
}).meta({ id: 'RetriedSweep' });
export type RetriedSweep = z.infer<typeof RetriedSweep>;

/** Answer of `POST /v1/sweeps/{id}/extend`. */
export const ExtendedSweep = Sweep.extend({
	added: z
		.object({ configurations: z.int(), seeds: z.int(), trials: z.int() })
		.meta({ description: 'What is new; zeros when the sweep had everything already.' }),
	skipped: z.array(FieldError).meta({ description: 'Places of the request that ask for what the sweep has already.' }),
}).meta({ id: 'ExtendedSweep' });
export type ExtendedSweep = z.infer<typeof ExtendedSweep>;

/** Answer of `DELETE /v1/sweeps/{id}`: what went with it. */
export const DeletedSweep = z
	.object({ id: z.string(), artifacts: z.int().meta({ description: 'Files deleted from the bucket.' }) })
	.meta({ id: 'DeletedSweep' });
export type DeletedSweep = z.infer<typeof DeletedSweep>;

/** Answer of `POST /v1/sweeps?dryRun=true`: nothing was written. */
export const SweepEstimate = z
	.object({
		dryRun: z.literal(true),
		spec: SweepSpec,
		configurations: z.int(),
		trials: z.int(),
		trainSize: z.int(),
		parameters: z.int().meta({ description: 'Trainable numbers in the model.' }),
		updates: z.int().meta({ description: 'Updates of θ over all trials.' }),
		estimatedSeconds: z.number().nullable().meta({
			description:
				'Wall-clock on the workers seen lately, from times measured on their device; null when none is known.',
		}),
		estimatedCost: z
			.object({ amount: z.number(), currency: z.string().meta({ example: 'USD' }) })
			.nullable()
			.meta({
				description:
					'What the workers’ time for the updates costs at the prices that are set; null when a price or a time is not known.',
			}),
		preview: z.array(Configuration).meta({ description: 'The first configurations, at most 20.' }),
	})
	.meta({ id: 'SweepEstimate' });
export type SweepEstimate = z.infer<typeof SweepEstimate>;

export const Attempt = z
	.object({
		attemptNo: z.int(),
		workerId: z.string(),
		device: Device.nullable(),
		resumedEpoch: z.int().nullable().meta({
			description: 'The epoch of the checkpoint that it went on from; 0: from the start. Null while nobody knows.',
		}),
		outcome: AttemptOutcome.nullable(),
		reason: FailureReason.nullable(),
		message: z.string().nullable(),
		startedAt: Timestamp,
		endedAt: Timestamp.nullable(),
	})
	.meta({ id: 'Attempt' });
export type Attempt = z.infer<typeof Attempt>;

export const Trial = z
	.object({
		id: z.string(),
		sweepId: z.string(),
		configuration: Configuration,
		configurationHash: z.string(),
		seed: z.int(),
		state: TrialState,
		attemptNo: z.int(),
		epochs: z.int(),
		epochsDone: z.int(),
		reason: FailureReason.nullable(),
		message: z.string().nullable(),
		device: Device.nullable(),
		result: TrialResult.nullable(),
		createdAt: Timestamp,
		startedAt: Timestamp.nullable(),
		finishedAt: Timestamp.nullable(),
	})
	.meta({ id: 'Trial' });
export type Trial = z.infer<typeof Trial>;

export const TrialWithAttempts = Trial.extend({ attempts: z.array(Attempt) }).meta({ id: 'TrialWithAttempts' });
export type TrialWithAttempts = z.infer<typeof TrialWithAttempts>;

export const Artifact = z
	.object({
		name: z.string(),
		sizeBytes: z.int(),
		sha256: z.string(),
		contentType: z.string(),
		url: z.url().meta({ description: 'Presigned; valid for five minutes.' }),
	})
	.meta({ id: 'Artifact' });
export type Artifact = z.infer<typeof Artifact>;

export const RankBy = z.enum(['valAccuracy', 'epochSeconds', 'pareto', 'secondsToTarget']);
export type RankBy = z.infer<typeof RankBy>;

/** One configuration on one device, ranked over its seeds. */
export const LeaderboardEntry = z
	.object({
		rank: z.int(),
		tiedWith: z.int().nullable().meta({
			description:
				'How many other configurations of this board have a 95 % interval that overlaps this one’s on the ranked measure; null when an interval needs more seeds.',
		}),
		configuration: Configuration,
		configurationHash: z.string(),
		seeds: z.object({ total: z.int(), succeeded: z.int(), failed: z.int() }),
		diverged: z.boolean().meta({ description: 'No seed succeeded and at least one diverged: ranked last.' }),
		valAccuracy: z
			.object({
				mean: z.number(),
				std: z.number().nullable(),
				ci95: z.tuple([z.number(), z.number()]).nullable(),
			})
			.nullable(),
		epochSeconds: z.object({ median: z.number(), iqr: z.tuple([z.number(), z.number()]) }).nullable(),
		updateSeconds: z.object({ median: z.number() }).nullable(),
		secondsToTarget: z.number().nullable().meta({
			description:
				'Where the ranking is by it: seconds of updates until the validation accuracy first reached the target, median over the succeeded seeds; null when half of them or more never did.',
		}),
		onParetoFront: z.boolean(),
		device: z.object({ key: z.string(), label: z.string() }).nullable(),
		bestTrialId: z.string().nullable(),
	})
	.meta({ id: 'LeaderboardEntry' });
export type LeaderboardEntry = z.infer<typeof LeaderboardEntry>;

/** An entry among those of all sweeps of a data set and model. */
export const SharedLeaderboardEntry = LeaderboardEntry.extend({
	sweep: z.object({ id: z.string(), name: z.string() }),
}).meta({ id: 'SharedLeaderboardEntry' });
export type SharedLeaderboardEntry = z.infer<typeof SharedLeaderboardEntry>;

export const DatasetInfo = z
	.object({
		name: z.string(),
		title: z.string(),
		description: z.string(),
		inputShape: z.array(z.int()),
		classes: z.int(),
		trainSize: z.int(),
		testSize: z.int(),
		id: z.string().nullable().meta({ description: 'Of an uploaded data set; null for a built-in one.' }),
		sha256: z.string().nullable().meta({ description: 'Of an uploaded data set’s content; null for a built-in one.' }),
	})
	.meta({ id: 'DatasetInfo' });
export type DatasetInfo = z.infer<typeof DatasetInfo>;

/** A device that has finished a trial, and what it measured. */
export const MeasuredDevice = z
	.object({
		device: Device,
		workersSeenLately: z.int().meta({ description: 'Workers on it that have claimed a trial within ten minutes.' }),
		speeds: z
			.array(
				z.object({
					dataset: z.string(),
					model: ModelSpec,
					batchSize: z.int(),
					secondsPerUpdate: z.number(),
				}),
			)
			.meta({ description: 'The latest measurement of each model and batch size.' }),
	})
	.meta({ id: 'MeasuredDevice' });
export type MeasuredDevice = z.infer<typeof MeasuredDevice>;

/** Answer of `/healthz`. */
export const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

/** Answer of `/readyz`. */
export const Readiness = Health.extend({
	deadLettersLastDay: z.int().meta({ description: 'Messages that the queue gave up on in the last 24 hours.' }),
}).meta({ id: 'Readiness' });
export type Readiness = z.infer<typeof Readiness>;

export function pageOf<T extends z.ZodType>(item: T) {
	return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const SweepPage = pageOf(SweepSummary).meta({ id: 'SweepPage' });
export const TrialPage = pageOf(Trial).meta({ id: 'TrialPage' });
const MetricsPoint = EpochMetrics.extend({ attemptNo: z.int(), recordedAt: Timestamp }).meta({ id: 'MetricsPoint' });
/** An epoch of a sweep's export: the trial's, and which trial it is of. */
export const SweepMetricsPoint = MetricsPoint.extend({
	trialId: z.string(),
	configuration: Configuration,
	seed: z.int(),
}).meta({ id: 'SweepMetricsPoint' });
export type SweepMetricsPoint = z.infer<typeof SweepMetricsPoint>;
export const MetricsPage = pageOf(MetricsPoint).meta({ id: 'MetricsPage' });
export const ArtifactPage = pageOf(Artifact).meta({ id: 'ArtifactPage' });
export const LeaderboardPage = pageOf(LeaderboardEntry).meta({ id: 'LeaderboardPage' });
export const SharedLeaderboardPage = pageOf(SharedLeaderboardEntry).meta({ id: 'SharedLeaderboardPage' });
export const DatasetPage = pageOf(DatasetInfo).meta({ id: 'DatasetPage' });
export const EnginePage = pageOf(MeasuredDevice).meta({ id: 'EnginePage' });
export type SweepPage = z.infer<typeof SweepPage>;
export type TrialPage = z.infer<typeof TrialPage>;
export type MetricsPage = z.infer<typeof MetricsPage>;
export type ArtifactPage = z.infer<typeof ArtifactPage>;
export type LeaderboardPage = z.infer<typeof LeaderboardPage>;
export type SharedLeaderboardPage = z.infer<typeof SharedLeaderboardPage>;
export type DatasetPage = z.infer<typeof DatasetPage>;
export type EnginePage = z.infer<typeof EnginePage>;

/** What `GET /v1/sweeps/{id}/events` sends; `type` is the event's name on the wire, the rest its data. */
export const SweepEvent = z
	.discriminatedUnion('type', [
		z
			.object({ type: z.literal('sweep'), sweep: Sweep })
			.meta({ description: 'First, and whenever state, counts, progress or the best configuration change.' }),
		z
			.object({ type: z.literal('epoch'), trialId: z.string(), point: MetricsPoint })
			.meta({ description: 'A trial finished an epoch.' }),
		z
			.object({ type: z.literal('leaderboard'), ended: z.int().meta({ description: 'Trials that have ended.' }) })
			.meta({ description: 'Trials ended, so the ranking may have changed.' }),
	])
	.meta({ id: 'SweepEvent' });
export type SweepEvent = z.infer<typeof SweepEvent>;

export { FieldError };
