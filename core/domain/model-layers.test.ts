import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelSpec } from '../contracts/sweep-spec.ts';
import { datasets } from './datasets.ts';
import { batchFaults, modelFaults, modelName, resolveModel } from './model-layers.ts';

const faultsOf = (model: unknown, dataset: keyof typeof datasets = 'cifar10') =>
	modelFaults(ModelSpec.parse(model), datasets[dataset]);

const convolution = { type: 'conv2d', filters: 8, kernelSize: 3, activation: 'relu' };
const output = { type: 'dense', units: 10 };

test('a list of layers fits when it ends in one number a class', () => {
	const layers = [convolution, { type: 'maxPool' }, { type: 'flatten' }, output];
	assert.deepEqual(faultsOf({ layers }), []);
	assert.deepEqual(faultsOf({ layers: [convolution, { type: 'globalAvgPool' }, output] }), []);
	assert.equal(modelName(ModelSpec.parse({ layers })), 'custom');
});

const misfits = [
	{
		name: 'a dense layer on an image',
		layers: [convolution, output],
		pointer: '/model/layers/1',
		message: '(dense) needs a flat input, but gets [30, 30, 8]: put a flatten before it',
	},
	{
		name: 'a convolution on a row of numbers',
		layers: [{ type: 'flatten' }, convolution, output],
		pointer: '/model/layers/1',
		message: '(conv2d) needs an image [height, width, channels], but gets [3072]',
	},
	{
		name: 'a window larger than what is left of the image',
		layers: [{ type: 'maxPool', poolSize: 16 }, { type: 'avgPool', poolSize: [3, 2] }, { type: 'flatten' }, output],
		pointer: '/model/layers/1',
		message: '(avgPool) has a window of 3 × 2, larger than its input [2, 2, 3]: use a smaller one or padding "same"',
	},
	{
		name: 'groups that do not part the channels',
		layers: [{ ...convolution, groups: 2 }, { type: 'flatten' }, output],
		pointer: '/model/layers/0',
		message: '(conv2d) cannot part 3 channels and 8 filters into 2 equal groups',
	},
	{
		name: 'a residual block whose sum has two shapes',
		layers: [{ type: 'residual', layers: [{ type: 'flatten' }] }, output],
		pointer: '/model/layers/0',
		message: '(residual) cannot add its input [32, 32, 3] to [3072]',
	},
	{
		name: 'a layer inside of a residual block that does not fit',
		layers: [{ type: 'residual', layers: [convolution, { type: 'dense', units: 3 }] }, output],
		pointer: '/model/layers/0',
		message: '(residual) has dense1, which needs a flat input, but gets [30, 30, 8]: put a flatten before it',
	},
	{
		name: 'a convolution that would unfold an example into more than memory holds',
		layers: [
			{ type: 'conv2d', filters: 64, kernelSize: 1 },
			{ type: 'conv2d', filters: 1, kernelSize: 32, padding: 'same' },
			{ type: 'flatten' },
			output,
		],
		pointer: '/model/layers/1',
		message:
			'(conv2d) unfolds its input [32, 32, 64] into 67,108,864 numbers an example; at most 16,000,000 are allowed: use larger strides, a smaller window or fewer channels',
	},
	{
		name: 'an end that is not the number of classes',
		layers: [{ type: 'flatten' }, { type: 'dense', units: 7 }],
		pointer: '/model/layers/1',
		message: '(dense) gives [7], but the data set has 10 classes: the last layer must be dense with 10 units',
	},
	{
		name: 'an end that is still an image',
		layers: [convolution],
		pointer: '/model/layers/0',
		message: '(conv2d) gives [30, 30, 8], but the data set has 10 classes: the last layer must be dense with 10 units',
	},
];
for (const { name, layers, pointer, message } of misfits) {
	test(`${name} is refused with the layer and the shapes`, () => {
		assert.deepEqual(faultsOf({ layers }), [{ pointer, message }]);
	});
}

test('the preset cnn is refused where examples are no images', () => {
	const [fault] = faultsOf({ preset: 'cnn' }, 'spirals');
	assert.equal(fault!.pointer, '/model/preset');
	assert.match(fault!.message, /^cnn does not fit examples of shape \[2\]: its layer 1 \(conv2d\) needs an image/);
});

test('a batch that batch norm needs whole is refused when it would not fit, and no other batch is', () => {
	const batches = (batchSize: number) => [{ batchSize, eta: 0.1, lambda: 0 }];
	const f1 = ModelSpec.parse({ preset: 'keskar-f1' });
	assert.deepEqual(batchFaults(f1, datasets.mnist, batches(50_000)), []);
	const layers = [convolution, { type: 'batchNorm' }, { type: 'globalAvgPool' }, output];
	const [fault] = batchFaults(ModelSpec.parse({ layers }), datasets.cifar10, batches(50_000));
	assert.match(fault!.message, /batch size of 50,000, but batchNorm .* keeps 45,918 numbers .*at most 10,888 fit$/);
	assert.deepEqual(batchFaults(ModelSpec.parse({ preset: 'cnn' }), datasets.cifar10, batches(50_000)), []);
});

test('ghost batches let a batch be cut: only what belongs together has to fit', () => {
	const faults = (first: number, second: number) => {
		const norms = [first, second].map((ghostBatchSize) => ({ type: 'batchNorm', ghostBatchSize }));
		const layers = [convolution, ...norms, { type: 'globalAvgPool' }, output];
		const model = ModelSpec.parse({ layers });
		assert.equal(resolveModel(model, datasets.cifar10).rowsTogether, 3 * first);
		return batchFaults(model, datasets.cifar10, [{ batchSize: 50_000, eta: 0.1, lambda: 0 }]);
	};
	assert.deepEqual(faults(2 * 128, 3 * 128), []);
	assert.match(faults(2 * 5000, 3 * 5000)[0]!.message, /its ghost batches need 30,000 examples at once, .* at most /);
});

test('running means are no trainable numbers', () => {
	const { parameters } = resolveModel(ModelSpec.parse({ preset: 'keskar-f1' }), datasets.mnist);
	assert.equal(parameters, 785 * 512 + 4 * 513 * 512 + 5 * 2 * 512 + 513 * 10);
});

test('keskar-c1 has the layers and the numbers of the authors’ code', () => {
	const { parameters, layers } = resolveModel(ModelSpec.parse({ preset: 'keskar-c1' }), datasets.cifar10);
	const images = (25 * 3 + 1) * 64 + 2 * 64 + ((25 * 64 + 1) * 64 + 2 * 64);
	const hidden = (8 * 8 * 64 + 1) * 384 + 2 * 384 + ((384 + 1) * 192 + 2 * 192);
	assert.equal(parameters, images + hidden + 193 * 10);
	assert.equal(parameters, 1_757_834);
	const image = ['conv2d', 'batchNorm', 'relu', 'maxPool'];
	const dense = ['dense', 'batchNorm', 'relu', 'dropout'];
	assert.deepEqual(
		layers.map(({ kind }) => kind),
		[...image, ...image, 'flatten', ...dense, ...dense, 'dense'],
	);
});

test('resnet8 has the layers and the numbers of He et al. with n = 1 and projections', () => {
	const { parameters, layers } = resolveModel(ModelSpec.parse({ preset: 'resnet8' }), datasets.cifar10);
	const convolutions = 9 * (3 * 16 + 2 * 16 * 16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64) + 16 * 32 + 32 * 64;
	const biases = 16 * 3 + 32 * 2 + 64 * 2 + 32 + 64;
	const norms = 2 * (16 * 3 + 32 * 2 + 64 * 2);
	assert.equal(parameters, convolutions + biases + norms + 65 * 10);
	assert.deepEqual(
		layers.map(({ kind }) => kind).filter((kind) => kind === 'residual' || kind === 'globalAvgPool'),
		['residual', 'residual', 'residual', 'globalAvgPool'],
	);
});

test('an activation is a layer of its own after the one that names it, and sets the initializer', () => {
	const layers = [{ type: 'flatten' }, { type: 'dense', units: 5, activation: 'leakyRelu' }, output];
	assert.deepEqual(resolveModel(ModelSpec.parse({ layers }), datasets.mnist).layers, [
		{ kind: 'flatten' },
		{ kind: 'dense', units: 5, initializer: 'heNormal' },
		{ kind: 'leakyRelu', negativeSlope: 0.3 },
		{ kind: 'dense', units: 10, initializer: 'glorotUniform' },
	]);
});

test('a pool moves by its size unless it says otherwise', () => {
	const stridesOf = (pool: object) => {
		const layers = [{ type: 'maxPool', ...pool }, { type: 'flatten' }, output];
		const [layer] = resolveModel(ModelSpec.parse({ layers }), datasets.cifar10).layers;
		return layer?.kind === 'maxPool' && layer.strides;
	};
	assert.deepEqual(stridesOf({ poolSize: [2, 4] }), [2, 4]);
	assert.deepEqual(stridesOf({ poolSize: 3, strides: 2 }), [2, 2]);
});

test('a list that makes too many numbers is refused with the count', () => {
	const layers = [{ type: 'flatten' }, { type: 'dense', units: 16_384 }, output];
	const [fault] = faultsOf({ layers });
	assert.equal(fault!.pointer, '/model/layers');
	assert.match(fault!.message, /^makes 50,511,882 trainable numbers; at most 25,000,000 are allowed$/);
});
