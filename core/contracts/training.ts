import { z } from 'zod';

/** One epoch of one trial, recorded as it happens. `epoch` counts from 1. */
export const EpochMetrics = z
	.object({
		epoch: z.int().min(1),
		updates: z.int().meta({ description: 'Updates of θ since the start of the trial.' }),
		trainLoss: z
			.number()
			.nullable()
			.meta({ description: 'Mean over the epoch’s batches, each before its own update.' }),
		trainAccuracy: z.number().nullable(),
		valLoss: z.number().nullable(),
		valAccuracy: z.number().nullable(),
		epochSeconds: z.number().meta({ description: 'Monotonic clock around the updates only.' }),
		validationSeconds: z.number(),
	})
	.meta({ id: 'EpochMetrics', description: 'A loss is null when it is not a finite number (the trial diverged).' });
export type EpochMetrics = z.infer<typeof EpochMetrics>;

/** What a succeeded trial contributes to the ranking; one row a trial. */
export const TrialResult = z
	.object({
		valAccuracy: z.number().meta({ description: 'Of the best validation epoch.' }),
		bestEpoch: z.int(),
		finalValAccuracy: z.number(),
		finalValLoss: z.number(),
		finalTrainAccuracy: z.number(),
		finalTrainLoss: z.number(),
		testAccuracy: z.number().nullable().meta({
			description:
				'Measured once at the end when validation was held out; ranks nothing. Null when validation is "test".',
		}),
		epochSecondsMedian: z.number().meta({ description: 'The first epoch is left out when there are more.' }),
		updateSecondsMedian: z.number(),
		epochs: z.int(),
		updates: z.int(),
		trainSeconds: z.number(),
		validationSeconds: z.number(),
		loadSeconds: z.number(),
		compileSeconds: z.number(),
		artifactSeconds: z.number(),
		checkpointSeconds: z.number().optional().meta({
			description:
				'Of the last attempt: reading and writing checkpoints. Absent in results from before there were any.',
		}),
	})
	.meta({ id: 'TrialResult' });
export type TrialResult = z.infer<typeof TrialResult>;

/** What a worker says of a trial that succeeded: the result, and what boards of seconds to a target accuracy are made of. */
export const FinishedResult = TrialResult.extend({
	milestones: z
		.array(z.object({ valAccuracy: z.number(), trainSeconds: z.number() }))
		.optional()
		.meta({
			description:
				'Each epoch that was more accurate than all before it, with the seconds of updates until its end. Absent in results from before there were any.',
		}),
});
export type FinishedResult = z.infer<typeof FinishedResult>;

/** A file that a trial left; the database points only to complete, hashed objects. */
export const ArtifactRecord = z.object({
	name: z.string().regex(/^[a-z0-9][a-z0-9._/-]*$/),
	key: z.string(),
	sizeBytes: z.int(),
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
	contentType: z.string(),
});
export type ArtifactRecord = z.infer<typeof ArtifactRecord>;
