import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layerTypes } from '@basin/core/contracts/model-layers.ts';
import { count, type Padding, type Pair } from '@basin/core/domain/network-shape.ts';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { rowWords } from '../dropout.ts';
import { initialParameters } from '../initial-parameters.ts';
import type { Architecture, LayerSpec } from '../port.ts';
import { kindsOf } from '../testing/kinds.ts';
import { ReferenceNetwork, randomRows, relativeError, toVectors, type Vectors } from '../testing/reference.ts';
import { afterEpoch, buildEpochGraph } from './epoch-graph.ts';
import { softmaxCrossEntropy } from './losses/softmax-cross-entropy.ts';
import { Network } from './network.ts';
import { gradientDescent } from './optimizers/sgd.ts';

const tolerance = 1e-3;

/** The gradient that the graph takes, in 64 bits: with η = 1 and one update it is θ before less θ after. */
async function graphGradient(architecture: Architecture, input: { rows: number; blockRows: number; seed: number }) {
	const network = new Network(architecture);
	const { classes, inputShape } = architecture;
	const data = randomRows({ count: input.rows, width: count(inputShape), classes, seed: input.seed });
	const before = toVectors(initialParameters(network.parameters, input.seed));
	for (const values of before.values())
		values.forEach((value, i) => {
			values[i] = value + 0.01 * Math.sin(i + 1);
		});
	const graph = buildEpochGraph({
		...architecture,
		network,
		loss: softmaxCrossEntropy(classes),
		optimizer: () => gradientDescent(),
		batchSize: input.rows,
		rowsPerEpoch: input.rows,
		blockRows: input.blockRows,
		real: 'double',
	});
	const session = await InferenceSession.create(graph.serialize('test'), { logSeverityLevel: 3 });
	const order = Int32Array.from({ length: input.rows }, (_, row) => row);
	const feeds: Record<string, Tensor> = {
		values: new Tensor('uint8', data.values, [data.count, ...inputShape]),
		labels: new Tensor('uint8', data.labels, [data.count]),
		order: new Tensor('int32', order, [order.length]),
		eta: new Tensor('float64', Float64Array.of(1), [1]),
	};
	const words = rowWords(input.rows, input.seed, 1);
	if (network.isRandom) feeds.words = new Tensor('int32', words, [words.length]);
	for (const { name, shape } of network.parameters) feeds[name] = new Tensor('float64', before.get(name)!, shape);
	const after = await session.run(feeds);
	await session.release();
	const taken: Vectors = new Map();
	for (const [name, values] of before) {
		const next = after[afterEpoch(name)]!.data as Float64Array;
		taken.set(
			name,
			values.map((value, i) => value - next[i]!),
		);
	}
	const reference = new ReferenceNetwork(architecture);
	return { taken, expected: reference.gradient(before, data, order, words), reference };
}

/** Sizes that a case may use for its layers. */
interface Sizes {
	width: number;
	window: Pair;
	strides: Pair;
	padding: Padding;
	ghost: number;
	rate: number;
}

/** A case stands between layers with parameters, so that a wrong ∂L/∂input shows in the gradient of the one before. */
const flatCases: Record<string, (sizes: Sizes) => LayerSpec[]> = {
	dense: ({ width }) => [{ kind: 'dense', units: width, initializer: 'heNormal' }],
	relu: () => [{ kind: 'relu' }],
	leakyRelu: () => [{ kind: 'leakyRelu', negativeSlope: 0.3 }],
	gelu: () => [{ kind: 'gelu' }],
	tanh: () => [{ kind: 'tanh' }],
	sigmoid: () => [{ kind: 'sigmoid' }],
	layerNorm: () => [{ kind: 'layerNorm', epsilon: 0.01 }],
	batchNorm: () => [{ kind: 'batchNorm', epsilon: 0.01, momentum: 0.9 }],
	'batchNorm in ghost batches': ({ ghost }) => [ghostNorm(ghost)],
	dropout: ({ rate }) => [{ kind: 'dropout', rate }],
	'a deep network': ({ width }) => [
		{ kind: 'relu' },
		{ kind: 'dense', units: width, initializer: 'heUniform' },
		{ kind: 'tanh' },
		{ kind: 'dense', units: width + 1, initializer: 'heNormal' },
		{ kind: 'relu' },
	],
};

/** These get images of four channels from a convolution. */
const imageCases: Record<string, (sizes: Sizes) => LayerSpec[]> = {
	conv2d: (sizes) => [convolution(sizes, 1), { kind: 'flatten' }],
	'conv2d in groups': (sizes) => [convolution(sizes, 2), { kind: 'flatten' }],
	maxPool: ({ window, ...sizes }) => [{ kind: 'maxPool', poolSize: window, ...sizes }, { kind: 'flatten' }],
	avgPool: ({ window, ...sizes }) => [{ kind: 'avgPool', poolSize: window, ...sizes }, { kind: 'flatten' }],
	globalAvgPool: () => [{ kind: 'globalAvgPool' }],
	'layerNorm of pixels': () => [{ kind: 'layerNorm', epsilon: 0.01 }, { kind: 'flatten' }],
	'a residual block': (sizes) => [
		{
			kind: 'residual',
			layers: [
				convolution({ ...sizes, strides: [1, 1], padding: 'same' }, 1),
				{ kind: 'batchNorm', epsilon: 0.01, momentum: 0.9 },
				{ kind: 'gelu' },
				convolution({ ...sizes, width: 4, strides: [1, 1], padding: 'same' }, 1),
			],
		},
		{ kind: 'tanh' },
		{ kind: 'flatten' },
	],
	'a residual block that changes the shape': (sizes) => [
		{ kind: 'residual', layers: [convolution({ ...sizes, padding: 'same' }, 1), { kind: 'tanh' }] },
		{ kind: 'flatten' },
	],
	'batchNorm of channels': () => [{ kind: 'batchNorm', epsilon: 0.01, momentum: 0.9 }, { kind: 'flatten' }],
	'batchNorm of channels in ghost batches': ({ ghost }) => [ghostNorm(ghost), { kind: 'flatten' }],
	'dropout of pixels': ({ rate }) => [{ kind: 'dropout', rate }, { kind: 'flatten' }],
	'a network that drops, normalises in ghost batches and goes two ways': ({ ghost, rate, ...sizes }) => [
		ghostNorm(ghost),
		{ kind: 'relu' },
		{
			kind: 'residual',
			layers: [{ kind: 'dropout', rate }, convolution({ ...sizes, padding: 'same' }, 1), ghostNorm(ghost + 1)],
		},
		{ kind: 'gelu' },
		{ kind: 'flatten' },
		{ kind: 'dense', units: 4, initializer: 'heNormal' },
		{ kind: 'dropout', rate },
	],
	'a convolutional network': (sizes) => [
		{ kind: 'relu' },
		{ kind: 'maxPool', poolSize: [2, 2], strides: [2, 2], padding: 'same' },
		convolution({ ...sizes, padding: 'same' }, 1),
		{ kind: 'gelu' },
		{ kind: 'globalAvgPool' },
	],
};

function ghostNorm(ghostBatchSize: number): LayerSpec {
	return { kind: 'batchNorm', epsilon: 0.01, momentum: 0.9, ghostBatchSize };
}

function convolution({ width, window, strides, padding }: Omit<Sizes, 'ghost' | 'rate'>, groups: number): LayerSpec {
	const filters = width * groups;
	return { kind: 'conv2d', filters, kernelSize: window, strides, padding, groups, initializer: 'glorotUniform' };
}

const side = (max: number) => fc.integer({ min: 1, max });
const sizes = fc.record({
	width: side(5),
	window: fc.tuple(side(3), side(3)),
	strides: fc.tuple(side(3), side(3)),
	padding: fc.constantFrom('same', 'valid'),
	ghost: fc.integer({ min: 2, max: 5 }),
	rate: fc.constantFrom(0.2, 0.5, 0.7),
});
const draw = { sizes, classes: fc.integer({ min: 2, max: 5 }), rows: side(7), blockRows: side(8), seed: fc.nat() };

/** Of a bias before batch norm, whose gradient is 0 (the graph: 3e-16), central differences made 5e-9 of rounding. */
const roundingOfDifferences = 1e-7;

async function checkGradient(
	architecture: Architecture,
	run: { rows: number; blockRows: number; seed: number },
): Promise<void> {
	const { taken, expected, reference } = await graphGradient(architecture, run);
	fc.pre(reference.nearestKink > 1e-4);
	for (const [parameter, values] of expected) {
		if (parameter.includes('/running')) continue;
		const error = relativeError(new Map([[parameter, values]]), taken);
		const difference = error * Math.max(Math.hypot(...values), Math.hypot(...taken.get(parameter)!));
		assert.ok(error < tolerance || difference < roundingOfDifferences, `${parameter}: relative error ${error}`);
	}
}

for (const [name, layersOf] of Object.entries(flatCases)) {
	test(`the gradient through ${name} is that of central differences, whole or in blocks`, async () => {
		const property = fc.asyncProperty(
			fc.record({ ...draw, inputs: side(9), hidden: side(7) }),
			async ({ inputs, hidden, sizes, classes, ...run }) => {
				const layers: LayerSpec[] = [
					{ kind: 'dense', units: hidden, initializer: 'glorotUniform' },
					...layersOf(sizes),
					{ kind: 'dense', units: classes, initializer: 'glorotNormal' },
				];
				await checkGradient({ inputShape: [inputs], inputScale: 1 / 255, classes, layers }, run);
			},
		);
		await fc.assert(property, { numRuns: 25 });
	});
}

for (const [name, layersOf] of Object.entries(imageCases)) {
	test(`the gradient through ${name} is that of central differences, whole or in blocks`, async () => {
		const property = fc.asyncProperty(
			fc.record({ ...draw, height: side(4), across: side(4), channels: side(3) }),
			async ({ height, across, channels, sizes, classes, ...run }) => {
				const window = sizes.padding === 'same' ? sizes.window : fits(sizes.window, [height, across]);
				const layers: LayerSpec[] = [
					convolution({ width: 4, window: [2, 2], strides: [1, 1], padding: 'same' }, 1),
					...layersOf({ ...sizes, window }),
					{ kind: 'dense', units: classes, initializer: 'glorotNormal' },
				];
				await checkGradient({ inputShape: [height, across, channels], inputScale: 1 / 255, classes, layers }, run);
			},
		);
		await fc.assert(property, { numRuns: 25 });
	});
}

/** A window that is not larger than the image, as padding "valid" demands. */
function fits(window: Pair, image: Pair): Pair {
	return [Math.min(window[0], image[0]), Math.min(window[1], image[1])];
}

test('every layer that a spec can name is held to central differences', () => {
	const sizes: Sizes = { width: 1, window: [1, 1], strides: [1, 1], padding: 'same', ghost: 2, rate: 0.5 };
	const checked = [...Object.values(flatCases), ...Object.values(imageCases)].flatMap((layersOf) => layersOf(sizes));
	assert.deepEqual(
		layerTypes.filter((type) => !kindsOf(checked).has(type)),
		[],
	);
});

test('layers that do not fit are named with their shapes', () => {
	const layers: LayerSpec[] = [{ kind: 'dense', units: 3, initializer: 'heNormal' }];
	const spec = { inputShape: [4], inputScale: 1, classes: 10, layers };
	assert.throws(() => new Network(spec), {
		name: 'SpecError',
		message: /gives \[3\], but the data set has 10 classes/,
	});
	const image = { ...spec, inputShape: [28, 28, 1], classes: 3 };
	assert.throws(() => new Network(image), { name: 'SpecError', message: /dense1 .* \[28, 28, 1\]/ });
});
