import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DatasetSpec, ModelSpec } from '../contracts/sweep-spec.ts';
import { countParameters, layerWidths } from './parameters.ts';

const dataset = DatasetSpec.parse({ name: 'mnist' });

it('every dense layer counts its weights and biases', () => {
	const count = (model: unknown) => countParameters(ModelSpec.parse(model), dataset);
	assert.equal(count({ preset: 'softmax' }), 784 * 10 + 10);
	assert.equal(count({ preset: 'mlp' }), 784 * 128 + 128 + 128 * 10 + 10);
	assert.equal(count({ preset: 'mlp', hidden: [64, 32] }), 784 * 64 + 64 + 64 * 32 + 32 + 32 * 10 + 10);
});

it('the input is as wide as an example of the data set', () => {
	const widths = (name: string) => layerWidths(ModelSpec.parse({ preset: 'softmax' }), DatasetSpec.parse({ name }));
	assert.deepEqual(widths('fashion-mnist'), [784, 10]);
	assert.deepEqual(widths('cifar10'), [3072, 10]);
	assert.deepEqual(widths('spirals'), [2, 3]);
});

it('widths run from the pixels to the classes', () => {
	assert.deepEqual(layerWidths(ModelSpec.parse({ preset: 'mlp', hidden: [5] }), dataset), [784, 5, 10]);
});
