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

it('widths run from the pixels to the classes', () => {
	assert.deepEqual(layerWidths(ModelSpec.parse({ preset: 'mlp', hidden: [5] }), dataset), [784, 5, 10]);
});
