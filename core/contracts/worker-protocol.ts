import { z } from 'zod';
import { Device } from './device.ts';
import { FailureReason } from './states.ts';
import { Configuration, DatasetSpec, EngineChoice, EngineName, ModelSpec } from './sweep-spec.ts';
import { EpochMetrics, FinishedResult } from './training.ts';
import { trainingRule } from './training-rule.ts';

/** SQS body: a hint that wakes a worker; Postgres is the truth, so losing or repeating one changes nothing. */
export const QueueMessage = z.object({
	v: z.literal(1),
	trialId: z.string(),
	dispatchNo: z.int(),
	/** W3C `traceparent`, where traces are kept. */
	traceParent: z.string().optional(),
});
export type QueueMessage = z.infer<typeof QueueMessage>;

/** A state of a trial in the bucket, from which an attempt can go on; `epoch` is the last that it holds. */
export const CheckpointRecord = z.object({
	epoch: z.int().min(1),
	key: z.string(),
	sizeBytes: z.int(),
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type CheckpointRecord = z.infer<typeof CheckpointRecord>;

/** What a claim hands to a worker: all that training needs, and `attemptNo`, the fencing token. */
export const TrialAssignment = z.object({
	trialId: z.string(),
	sweepId: z.string(),
	attemptNo: z.int(),
	configuration: Configuration,
	seed: z.int(),
	dataset: DatasetSpec,
	model: ModelSpec,
	epochs: z.int(),
	engine: EngineChoice,
	...trainingRule,
	checkpoints: z.array(CheckpointRecord).meta({ description: 'Newest first; empty for a first attempt.' }),
	leaseExpiresAt: z.string(),
});
export type TrialAssignment = z.infer<typeof TrialAssignment>;

/** Worker → trainer process (over the IPC channel of `child_process.fork`). */
export const TrainerCommand = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('train'),
		assignment: TrialAssignment,
		outputDir: z.string(),
		checkpoints: z.array(z.object({ epoch: z.int(), path: z.string() })).meta({
			description: 'Files of `assignment.checkpoints` whose hash is right, newest first.',
		}),
	}),
	z.object({ type: z.literal('release'), trialId: z.string(), attemptNo: z.int() }).meta({
		description:
			'Write a checkpoint at the end of this epoch and stop; answered by `released` (or the end of the trial).',
	}),
	z.object({ type: z.literal('exit') }),
]);
export type TrainerCommand = z.infer<typeof TrainerCommand>;

/** Trainer process → worker. Files lie in `outputDir`; the worker hashes and uploads them. */
export const TrainerEvent = z.discriminatedUnion('type', [
	z.object({ type: z.literal('ready'), device: Device, engines: z.array(EngineName) }),
	z
		.object({
			type: z.literal('started'),
			trialId: z.string(),
			attemptNo: z.int(),
			epoch: z.int().min(0),
			refused: z.array(z.string()),
		})
		.meta({
			description:
				'Before the first epoch: goes on after `epoch` (0: from the start); `refused`: why not from a newer one.',
		}),
	z.object({ type: z.literal('epoch'), trialId: z.string(), attemptNo: z.int(), metrics: EpochMetrics }),
	z.object({
		type: z.literal('checkpoint'),
		trialId: z.string(),
		attemptNo: z.int(),
		epoch: z.int(),
		path: z.string(),
	}),
	z.object({ type: z.literal('released'), trialId: z.string(), attemptNo: z.int() }),
	z.object({
		type: z.literal('finished'),
		trialId: z.string(),
		attemptNo: z.int(),
		result: FinishedResult,
		device: Device,
		files: z.array(z.object({ name: z.string(), path: z.string(), contentType: z.string() })),
	}),
	z.object({
		type: z.literal('failed'),
		trialId: z.string(),
		attemptNo: z.int(),
		reason: FailureReason,
		message: z.string(),
		device: Device.nullable(),
		files: z.array(z.object({ name: z.string(), path: z.string(), contentType: z.string() })),
	}),
]);
export type TrainerEvent = z.infer<typeof TrainerEvent>;
