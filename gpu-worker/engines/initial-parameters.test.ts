import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialParameters, type ParameterSpec } from './initial-parameters.ts';

const specFor = (initializer: ParameterSpec['initializer']): ParameterSpec => ({
	name: 'dense1/weight',
	shape: [400, 100],
	initializer,
	fanIn: 400,
	fanOut: 100,
});

const expected = {
	heNormal: { deviation: Math.sqrt(2 / 400), largest: (2 * Math.sqrt(2 / 400)) / 0.8796 },
	heUniform: { deviation: Math.sqrt(2 / 400), largest: Math.sqrt(6 / 400) },
	glorotNormal: { deviation: Math.sqrt(2 / 500), largest: (2 * Math.sqrt(2 / 500)) / 0.8796 },
	glorotUniform: { deviation: Math.sqrt(2 / 500), largest: Math.sqrt(6 / 500) },
} as const;

for (const [initializer, { deviation, largest }] of Object.entries(expected)) {
	test(`${initializer} has the deviation and the limit of Keras`, () => {
		const { values } = initialParameters([specFor(initializer as 'heNormal')], 1).get('dense1/weight')!;
		const measured = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
		assert.ok(Math.abs(measured / deviation - 1) < 0.02, `deviation ${measured}, expected ${deviation}`);
		const furthest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
		assert.ok(furthest <= largest * 1.001 && furthest > largest * 0.99, `largest ${furthest}, limit ${largest}`);
	});
}

test('biases begin at zero', () => {
	const { values } = initialParameters([specFor('zeros')], 1).get('dense1/weight')!;
	assert.ok(values.every((value) => value === 0));
});

test('weights are a pure function of the seed, and two layers of one shape differ', () => {
	const specs = [specFor('heNormal'), { ...specFor('heNormal'), name: 'dense2/weight' }];
	assert.deepEqual(initialParameters(specs, 4), initialParameters(specs, 4));
	assert.notDeepEqual(initialParameters(specs, 4), initialParameters(specs, 5));
	const [first, second] = [...initialParameters(specs, 4).values()];
	assert.notDeepEqual(first, second);
});
