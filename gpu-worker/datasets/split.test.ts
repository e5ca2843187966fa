import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dataset, Rows } from './dataset.ts';
import { splitDataset } from './split.ts';

const rowsOf = (count: number): Rows => ({ count, values: new Uint8Array(0), labels: new Uint8Array(0) });
const dataset: Dataset = {
	name: 'mnist',
	inputShape: [28, 28, 1],
	classes: 10,
	inputScale: 1 / 255,
	train: rowsOf(60_000),
	test: rowsOf(10_000),
	sha256: '',
};
const split = (validation: number | 'test', splitSeed = 0, trainExamples?: number) =>
	splitDataset(dataset, { name: 'mnist', validation, splitSeed, trainExamples });
const everyIndex = (count: number) => Int32Array.from({ length: count }, (_, index) => index);

for (const [validation, held] of [
	[0.1, 6000],
	[1, 1],
	[5000, 5000],
	[59_999, 59_999],
] as const) {
	test(`validation ${validation} holds out ${held} images that training never sees`, () => {
		const { train, validation: held_, test: tested } = split(validation);
		assert.equal(held_.indexes.length, held);
		const together = new Int32Array([...train.indexes, ...held_.indexes]).sort();
		assert.deepEqual(together, everyIndex(60_000));
		assert.equal(held_.rows, dataset.train);
		assert.deepEqual(tested, { rows: dataset.test, indexes: everyIndex(10_000) });
	});
}

test('"test" trains on everything, validates on the test split and leaves nothing to test', () => {
	const { train, validation, test: tested } = split('test');
	assert.deepEqual(train.indexes, everyIndex(60_000));
	assert.deepEqual(validation, { rows: dataset.test, indexes: everyIndex(10_000) });
	assert.equal(tested, null);
});

test('the held-out images are chosen by splitSeed alone, from the whole split', () => {
	const { indexes } = split(6000, 1).validation;
	assert.deepEqual(split(6000, 1).validation.indexes, indexes);
	assert.notDeepEqual(split(6000, 2).validation.indexes, indexes);
	const late = indexes.filter((index) => index >= 30_000).length;
	assert.ok(late > 2800 && late < 3200, `${late} of 6000 are in the second half`);
});

for (const validation of [10_000, 'test'] as const) {
	test(`trainExamples with validation ${validation}: so many of what is not held out, and fewer are among more`, () => {
		const [few, more] = [split(validation, 3, 500), split(validation, 3, 2000)];
		assert.equal(few.train.indexes.length, 500);
		const among = new Set(more.train.indexes);
		assert.equal(among.size, 2000);
		assert.ok(few.train.indexes.every((index) => among.has(index)));
		assert.deepEqual(few.validation, split(validation, 3).validation);
		const late = more.train.indexes.filter((index) => index >= 30_000).length;
		assert.ok(late > 900 && late < 1100, `${late} of 2000 are in the second half`);
		if (validation === 'test') return;
		const held = new Set(more.validation.indexes);
		assert.ok(more.train.indexes.every((index) => !held.has(index)));
	});
}
