import { z } from 'zod';

/** Bounds of one layer; what layers make together is bounded by `limits`. */
export const layerLimits = { layers: 64, units: 16_384, filters: 4_096, kernel: 32, pool: 16, stride: 16 } as const;

export const Initializer = z.enum(['heNormal', 'heUniform', 'glorotNormal', 'glorotUniform']);
export type Initializer = z.infer<typeof Initializer>;

/** Layers without sizes of their own; each may also follow another layer as its `activation`. */
export const Activation = z.enum(['relu', 'leakyRelu', 'gelu', 'tanh', 'sigmoid']);
export type Activation = z.infer<typeof Activation>;

/** A schema's own words would also be said of a value that is missing. */
function orElse(sentence: string, missing = 'is required') {
	return { error: ({ input }: { input?: unknown }) => (input === undefined ? missing : sentence) };
}

const whole = (max: number) => z.int().min(1, 'must be at least 1').max(max, `must be at most ${max}`);

/** One number for both directions, or [down, across]. */
function sides(max: number) {
	return z.union(
		[whole(max), z.tuple([whole(max), whole(max)])],
		orElse('must be a whole number, or a pair [down, across]'),
	);
}

const weighted = {
	activation: Activation.optional(),
	initializer: Initializer.optional().meta({
		description: 'Default: heNormal before relu, leakyRelu and gelu, else glorotUniform.',
	}),
};
const padding = z.enum(['same', 'valid']).default('valid').meta({
	description: 'same: as many places as the input has (divided by the stride); valid: whole windows only.',
});
const pooling = {
	poolSize: sides(layerLimits.pool).default(2),
	strides: sides(layerLimits.stride).optional().meta({ description: 'Default: the pool size.' }),
	padding,
};

const epsilon = z.number().positive('must be greater than 0').default(0.001);

const plainLayers = [
	z.strictObject({ type: z.literal('dense'), units: whole(layerLimits.units), ...weighted }),
	z.strictObject({
		type: z.literal('conv2d'),
		filters: whole(layerLimits.filters),
		kernelSize: sides(layerLimits.kernel),
		strides: sides(layerLimits.stride).default(1),
		padding,
		groups: whole(layerLimits.filters).default(1),
		...weighted,
	}),
	z.strictObject({ type: z.literal('maxPool'), ...pooling }),
	z.strictObject({ type: z.literal('avgPool'), ...pooling }),
	z.strictObject({ type: z.literal('globalAvgPool') }),
	z.strictObject({ type: z.literal('flatten') }),
	z.strictObject({ type: z.literal('relu') }),
	z.strictObject({
		type: z.literal('leakyRelu'),
		negativeSlope: z.number().min(0).lt(1, 'must be less than 1').default(0.3),
	}),
	z.strictObject({ type: z.literal('gelu') }),
	z.strictObject({ type: z.literal('tanh') }),
	z.strictObject({ type: z.literal('sigmoid') }),
	z.strictObject({ type: z.literal('layerNorm'), epsilon }),
	z.strictObject({
		type: z.literal('batchNorm'),
		epsilon,
		momentum: z.number().min(0).lt(1, 'must be less than 1').default(0.99).meta({
			description: 'Of the running means and variances that validation and the exported model use.',
		}),
		ghostBatchSize: z.int().min(2, 'must be at least 2: one example has no variance').optional().meta({
			description:
				'Mean and variance over every so many examples of a batch instead of over all, the last ones fewer (ghost batch norm, Hoffer et al., arXiv 1705.08741). Default: the whole batch.',
		}),
	}),
	z.strictObject({
		type: z.literal('dropout'),
		rate: z
			.number(orElse('must be a number of at least 0 and less than 1'))
			.min(0, 'must be at least 0')
			.lt(1, 'must be less than 1: with 1 nothing would be left')
			.meta({
				description:
					'The part of its input that training sets to 0; what is left is divided by 1 − rate. Validation and the exported model drop nothing.',
			}),
	}),
] as const;

const PlainLayer = z.discriminatedUnion('type', plainLayers).meta({ id: 'PlainLayer' });
export type PlainLayer = z.infer<typeof PlainLayer>;

/** One layer as a person writes it, with the names and the defaults of Keras. */
export const ModelLayer = z
	.discriminatedUnion('type', [
		...plainLayers,
		z.strictObject({
			type: z.literal('residual'),
			layers: z.array(PlainLayer, orElse('must be a list of layers')).min(1, 'needs at least 1 layer').max(16),
			activation: Activation.optional().meta({ description: 'After the sum.' }),
		}),
	])
	.meta({
		id: 'ModelLayer',
		description: 'A residual adds its input to what its layers make of it, by a 1 × 1 convolution where shapes differ.',
	});
export type ModelLayer = z.infer<typeof ModelLayer>;

/** Every `type` that a layer may have. */
export const layerTypes: readonly string[] = ModelLayer.options.map(({ shape }) => shape.type.value);

export const ModelLayers = z
	.array(ModelLayer, orElse('must be a list of layers', 'is required, unless `preset` names a model'))
	.min(1, 'needs at least 1 layer')
	.max(layerLimits.layers, `must have at most ${layerLimits.layers} layers`)
	.meta({ description: 'From the input to one number a class: the last layer is a dense layer of as many units.' });
