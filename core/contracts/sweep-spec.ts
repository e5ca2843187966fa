import { z } from 'zod';
import { OwnDatasetName } from './datasets.ts';
import { Initializer, ModelLayers } from './model-layers.ts';
import { trainingRule } from './training-rule.ts';

/** Bounds of the contract; each is checked with one clear sentence. */
export const limits = {
	bodyBytes: 64 * 1024,
	trialsPerSweep: 10_000,
	epochs: 10_000,
	valuesPerAxis: 10_000,
	seeds: 1_000,
	hiddenLayers: 32,
	hiddenUnits: 16_384,
	parameters: 25_000_000,
	/** Kept at once for a batch that cannot be cut, in numbers of 4 bytes. */
	wholeBatchNumbers: 500_000_000,
	/** That one layer unfolds one example into: more than this and its tables alone do not fit into memory. */
	unfoldedNumbers: 16_000_000,
	labels: 32,
	nameLength: 200,
} as const;

/** Text that a person reads: Postgres stores neither NUL nor half a surrogate pair, and a line break forges a log line. */
export const PlainText = z
	.string()
	.refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must not contain control characters');

/** A schema's own words would also be said of a value that is missing. */
function orRequired(sentence: string) {
	return { error: ({ input }: { input?: unknown }) => (input === undefined ? 'is required' : sentence) };
}

const positiveFinite = z
	.number(orRequired('must be a finite number'))
	.positive('must be greater than 0')
	.meta({ description: 'A finite number greater than 0.' });

const lambdaValue = z
	.number(orRequired('must be a finite number'))
	.min(0, 'must be at least 0')
	.lt(1, 'must be less than 1: with λ ≥ 1 the momentum never decays');

const batchSizeValue = z.union(
	[z.int().min(1, 'must be at least 1'), z.literal('full')],
	orRequired('must be a whole number of at least 1, or "full" for the whole training set'),
);

/** An inclusive range of `steps` values; `log` spaces them evenly in log₁₀. */
function rangeOf(bound: z.ZodType<number>) {
	return z.strictObject({
		from: bound,
		to: bound,
		steps: z.int().min(1).max(limits.valuesPerAxis),
		scale: z.enum(['linear', 'log']).default('linear'),
	});
}

function axisOf<T extends z.ZodType>(value: T, bound: z.ZodType<number>) {
	const list = z.array(value).min(1, 'needs at least one value').max(limits.valuesPerAxis);
	return z.union([list, rangeOf(bound)], 'must be a list of values, or a range { from, to, steps, scale }');
}

export const BatchSizeAxis = axisOf(batchSizeValue, z.int().min(1, 'must be at least 1'));
export const EtaAxis = axisOf(positiveFinite, positiveFinite);
export const LambdaAxis = axisOf(lambdaValue, lambdaValue);

export const Grid = z
	.strictObject({
		batchSize: BatchSizeAxis.default([100]),
		eta: EtaAxis.default([0.1]),
		lambda: LambdaAxis.default([0]),
	})
	.meta({ id: 'Grid', description: 'Every axis is a list or an inclusive range; the grid is their product.' });

/** One explicit point, as a person writes it: `"full"` is still a word here. */
export const ConfigurationInput = z
	.strictObject({ batchSize: batchSizeValue, eta: positiveFinite, lambda: lambdaValue.default(0) })
	.meta({ id: 'ConfigurationInput' });

/** One point of the grid after resolution: `batchSize` is a number, `"full"` has become N. */
export const Configuration = z
	.object({ batchSize: z.int(), eta: z.number(), lambda: z.number() })
	.meta({ id: 'Configuration' });
export type Configuration = z.infer<typeof Configuration>;

/** The built-in data sets; the names of uploaded ones are known to the API. */
export const DatasetName = z.enum(['mnist', 'fashion-mnist', 'cifar10', 'spirals']);
export type DatasetName = z.infer<typeof DatasetName>;

export const DatasetSpec = z
	.strictObject({
		name: OwnDatasetName.meta({
			description: `A built-in data set (${DatasetName.options.join(', ')}), or the name of an uploaded one.`,
		}),
		sha256: z
			.string()
			.regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')
			.optional()
			.meta({
				description:
					'Pins the content of an uploaded data set; filled in on submission, so that a sweep always says what it trained on.',
			}),
		validation: z
			.union(
				[z.literal('test'), z.number().positive('must be greater than 0')],
				'must be a count, a fraction below 1, or "test"',
			)
			.default(0.1)
			.meta({
				description:
					'A count (≥ 1) or a fraction (< 1) of the training split that is held out by `splitSeed`, or "test": train on all and validate on the official test split.',
			}),
		trainExamples: z.int().min(1, 'must be at least 1').optional().meta({
			description:
				'Trains on so many of the examples that are not held out, chosen by `splitSeed`; fewer are among those of more. Left out: on all.',
		}),
		splitSeed: z
			.int()
			.min(0)
			.max(2 ** 31 - 1)
			.default(0),
	})
	.meta({ id: 'DatasetSpec' });
export type DatasetSpec = z.infer<typeof DatasetSpec>;

export { Initializer };

/** A preset by name, or `layers`. */
export const ModelSpec = z
	.discriminatedUnion('preset', [
		z.strictObject({ preset: z.literal('softmax'), initializer: Initializer.default('glorotUniform') }),
		z.strictObject({
			preset: z.literal('mlp'),
			hidden: z.array(z.int().min(1).max(limits.hiddenUnits)).min(1).max(limits.hiddenLayers).default([128]),
			activation: z.enum(['relu', 'tanh']).default('relu'),
			initializer: Initializer.optional().meta({
				description: 'Default: heNormal after relu, glorotUniform after tanh.',
			}),
		}),
		z
			.strictObject({ preset: z.literal('cnn'), initializer: Initializer.default('heNormal') })
			.meta({ description: 'Two convolutions of 32 filters, a pool, two of 64, a pool, and a dense layer.' }),
		z.strictObject({ preset: z.literal('keskar-f1'), initializer: Initializer.default('glorotUniform') }).meta({
			description: 'F1 of Keskar et al. (arXiv 1609.04836): five dense layers of 512 with batch norm and relu.',
		}),
		z.strictObject({ preset: z.literal('keskar-c1'), initializer: Initializer.default('glorotUniform') }).meta({
			description:
				'C1 of Keskar et al. (arXiv 1609.04836): two convolutions of 64 filters with pools, dense layers of 384 and 192, batch norm and dropout.',
		}),
		z.strictObject({ preset: z.literal('resnet8'), initializer: Initializer.default('heNormal') }).meta({
			description:
				'He et al. (arXiv 1512.03385) for CIFAR-10 with n = 1: three residual blocks with batch norm, 16 to 64 filters.',
		}),
		z.strictObject({ preset: z.literal('custom').optional(), layers: ModelLayers }),
	])
	.meta({ id: 'ModelSpec' });
export type ModelSpec = z.infer<typeof ModelSpec>;

export const EngineName = z.enum(['onnx', 'tensorflow']);
export type EngineName = z.infer<typeof EngineName>;

/** What a spec may ask for. `auto` is `onnx`, the faster one everywhere. */
export const EngineChoice = z.enum(['auto', ...EngineName.options]);
export type EngineChoice = z.infer<typeof EngineChoice>;

export const Budget = z
	.strictObject({
		maxTrials: z.int().min(1).max(limits.trialsPerSweep).optional(),
		maxSeconds: z.number().positive().max(31_536_000).optional(),
		maxFailedTrials: z.int().min(0).max(limits.trialsPerSweep).optional(),
	})
	.meta({ id: 'Budget' });

export const Seeds = z
	.array(
		z
			.int()
			.min(0)
			.max(2 ** 31 - 1),
	)
	.min(1)
	.max(limits.seeds);

export const SweepSpec = z
	.strictObject({
		name: PlainText.trim().min(1).max(limits.nameLength).default('untitled sweep'),
		dataset: DatasetSpec,
		model: ModelSpec,
		grid: Grid.optional(),
		configurations: z.array(ConfigurationInput).min(1).max(limits.trialsPerSweep).optional(),
		seeds: Seeds.default([0]),
		epochs: z.int().min(1).max(limits.epochs).default(5),
		engine: EngineChoice.default('auto'),
		...trainingRule,
		labels: z
			.record(PlainText.min(1).max(63), PlainText.max(255))
			.refine((labels) => Object.keys(labels).length <= limits.labels, `must have at most ${limits.labels} entries`)
			.default({}),
		budget: Budget.default({}),
	})
	.meta({ id: 'SweepSpec' });

/** A parsed spec: every default is filled in. */
export type SweepSpec = z.output<typeof SweepSpec>;
/** A spec as a person writes it. */
export type SweepSpecInput = z.input<typeof SweepSpec>;
