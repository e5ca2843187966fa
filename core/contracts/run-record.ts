import { z } from 'zod';
import { Device } from './device.ts';
import { Configuration, DatasetSpec, EngineName, ModelSpec } from './sweep-spec.ts';
import { Optimizer, trainingRule } from './training-rule.ts';

/** In the file, the update rule is said in words as well. */
const RecordedOptimizer = z.preprocess((value) => {
	if (typeof value !== 'object' || value === null) return value;
	const { convention: _, order: __, ...optimizer } = value as Record<string, unknown>;
	return optimizer;
}, Optimizer);

/** `spec.json` of a trial, as far as a program reads it: all that is needed to train it again. */
export const RunRecord = z.object({
	trialId: z.string(),
	sweepId: z.string(),
	attemptNo: z.int(),
	seed: z.int(),
	configuration: Configuration,
	model: ModelSpec,
	epochs: z.int().min(1),
	/** Of that many of them, from the first, the numbers are another device's: the trial went on from its checkpoint. */
	foreignEpochs: z.int().min(0).default(0),
	dataset: z.object({ ...DatasetSpec.shape, sha256: z.string() }),
	...trainingRule,
	optimizer: RecordedOptimizer,
	engine: EngineName,
	device: Device,
	gitCommit: z.string().nullable(),
});
export type RunRecord = z.infer<typeof RunRecord>;
