import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type DatasetName, ModelSpec } from '../contracts/sweep-spec.ts';
import { datasets } from './datasets.ts';
import { countParameters } from './parameters.ts';

const dataset = datasets.mnist;

it('every dense layer counts its weights and biases', () => {
	const count = (model: unknown) => countParameters(ModelSpec.parse(model), dataset);
	assert.equal(count({ preset: 'softmax' }), 784 * 10 + 10);
	assert.equal(count({ preset: 'mlp' }), 784 * 128 + 128 + 128 * 10 + 10);
	assert.equal(count({ preset: 'mlp', hidden: [64, 32] }), 784 * 64 + 64 + 64 * 32 + 32 + 32 * 10 + 10);
});

it('the input is as wide as an example of the data set', () => {
	const count = (name: DatasetName) => countParameters(ModelSpec.parse({ preset: 'softmax' }), datasets[name]);
	assert.equal(count('fashion-mnist'), 785 * 10);
	assert.equal(count('cifar10'), 3073 * 10);
	assert.equal(count('spirals'), 3 * 3);
});

it('a convolution counts its kernel once, whatever the size of the image', () => {
	const convolutions = (channels: number) => (9 * channels + 1) * 32 + (9 * 32 + 1) * (32 + 64) + (9 * 64 + 1) * 64;
	const cnn = ModelSpec.parse({ preset: 'cnn' });
	assert.equal(countParameters(cnn, datasets.cifar10), convolutions(3) + (8 * 8 * 64 + 1) * 10);
	assert.equal(countParameters(cnn, datasets.mnist), convolutions(1) + (7 * 7 * 64 + 1) * 10);
});
