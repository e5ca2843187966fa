import { z } from 'zod';

/** Decays a running mean: 0 keeps nothing, 1 would keep everything. */
const decayRate = z.number().min(0).lt(1, 'must be less than 1: with 1 nothing new would ever count');
const epsilon = z.number().positive();
const moments = { beta1: decayRate.default(0.9), beta2: decayRate.default(0.999) };

/** The update rule of every trial; docs/optimizers.md states each as it is computed. */
export const Optimizer = z
	.discriminatedUnion('kind', [
		z
			.strictObject({ kind: z.literal('momentum') })
			.meta({ description: 'm ← λm − ηg, θ ← θ + m, λ from the grid (Polyak, 1964). With λ = 0 it is sgd.' }),
		z.strictObject({ kind: z.literal('nesterov') }).meta({
			description: 'm ← λm − ηg, θ ← θ + λm − ηg, λ from the grid (Nesterov, 1983; Sutskever et al., 2013).',
		}),
		z.strictObject({ kind: z.literal('sgd') }).meta({ description: 'θ ← θ − ηg. The grid’s λ must be 0.' }),
		z.strictObject({ kind: z.literal('adam'), ...moments, epsilon: epsilon.default(1e-8) }).meta({
			description:
				'Kingma and Ba, arXiv 1412.6980; with weightDecay AdamW, arXiv 1711.05101. The grid’s λ must be 0: the first moment decays by beta1.',
		}),
		z
			.strictObject({
				kind: z.literal('lars'),
				trustCoefficient: z.number().positive().default(0.001),
			})
			.meta({
				description: 'Momentum with a rate for every weight array, You et al., arXiv 1708.03888. λ from the grid.',
			}),
		z.strictObject({ kind: z.literal('lamb'), ...moments, epsilon: epsilon.default(1e-6) }).meta({
			description:
				'Adam with a rate for every weight array, You et al., arXiv 1904.00962. The grid’s λ must be 0: the first moment decays by beta1.',
		}),
	])
	.meta({ id: 'Optimizer' });
export type Optimizer = z.infer<typeof Optimizer>;

const Decay = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('constant') }),
	z
		.strictObject({
			kind: z.literal('step'),
			at: z
				.array(z.int().min(1))
				.min(1)
				.max(100)
				.meta({ description: 'After each of these epochs, counted from the start, η is multiplied by `factor`.' }),
			factor: z.number().positive().lt(1).default(0.1),
		})
		.meta({ description: 'He et al., arXiv 1512.03385.' }),
	z
		.strictObject({
			kind: z.literal('cosine'),
			final: z.number().min(0).lt(1).default(0).meta({ description: 'What is left at the end, as a part of η.' }),
		})
		.meta({ description: 'Half a cosine from the end of the warm-up to the last update, arXiv 1608.03983.' }),
]);

/** How η moves over a trial, from update to update. */
export const Schedule = z
	.strictObject({
		decay: Decay.default({ kind: 'constant' }),
		warmup: z
			.strictObject({
				epochs: z.number().positive().meta({ description: 'Also parts of one; rounded to whole updates.' }),
				from: z.number().min(0).max(1).optional().meta({
					description:
						'Where the line begins, as a part of where it ends. Default: 0, or with linearScaling the η that is not scaled.',
				}),
			})
			.optional()
			.meta({ description: 'η rises in a straight line first (Goyal et al., arXiv 1706.02677).' }),
		linearScaling: z
			.strictObject({ baseBatchSize: z.int().min(1) })
			.optional()
			.meta({ description: 'η · B / baseBatchSize in place of η (Goyal et al., arXiv 1706.02677).' }),
	})
	.meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof Schedule>;

/** What training makes small: the mean over the batch. Reported losses are of the same kind, without weight decay. */
export const Loss = z
	.discriminatedUnion('kind', [
		z.strictObject({
			kind: z.literal('softmaxCrossEntropy'),
			labelSmoothing: z
				.number()
				.min(0)
				.lt(1)
				.default(0)
				.meta({ description: 'This part of the target is spread evenly over all classes (arXiv 1512.00567).' }),
		}),
		z
			.strictObject({ kind: z.literal('mse') })
			.meta({ description: 'Mean over the classes of (logit − 1 or 0)², without softmax.' }),
	])
	.meta({ id: 'Loss' });
export type Loss = z.infer<typeof Loss>;

/** How θ is updated, apart from (B, η, λ): members of a sweep’s spec and of what a worker gets. */
export const trainingRule = {
	optimizer: Optimizer.default({ kind: 'momentum' }),
	schedule: Schedule.default({ decay: { kind: 'constant' } }),
	loss: Loss.default({ kind: 'softmaxCrossEntropy', labelSmoothing: 0 }),
	weightDecay: z.number().min(0).default(0).meta({
		description:
			'L2: w·θ is added to the gradient of every weight (not of biases) by momentum, nesterov, sgd and lars; taken from θ beside the gradient by adam, and in the scaled step by lamb.',
	}),
};

export const TrainingRule = z.object(trainingRule);
export type TrainingRule = z.infer<typeof TrainingRule>;

/** What a spec that says nothing of them means. */
export const defaultTrainingRule: TrainingRule = TrainingRule.parse({});
