import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { dropoutMask, layerWords, rowWords } from './dropout.ts';

const [places, numbers] = [2000, 300];
const isDropped = (seed: number, epoch: number, layer: string, rate: number) =>
	dropoutMask(rowWords(places, seed, epoch), layerWords(layer, numbers), rate).map((kept) => (kept === 0 ? 1 : 0));

/** Mean and variance of sums of independent draws, in units of what the binomial distribution has. */
function spread(sums: Float64Array, draws: number, rate: number) {
	const deviations = sums.map((sum) => (sum - draws * rate) / Math.sqrt(draws * rate * (1 - rate)));
	const total = deviations.reduce((sum, value) => sum + value, 0);
	const squares = deviations.reduce((sum, value) => sum + value * value, 0);
	return { mean: total / Math.sqrt(sums.length), variance: squares / sums.length };
}

for (const rate of [0.1, 0.5, 0.8]) {
	test(`dropout of ${rate} drops that part, and over rows and columns it varies as independent draws do`, () => {
		const dropped = isDropped(7, 1, 'dropout1', rate);
		const [rows, columns] = [new Float64Array(places), new Float64Array(numbers)];
		for (const [index, one] of dropped.entries()) {
			rows[Math.floor(index / numbers)]! += one;
			columns[index % numbers]! += one;
		}
		for (const { mean, variance } of [spread(rows, numbers, rate), spread(columns, places, rate)]) {
			assert.ok(Math.abs(mean) < 4, `mean off by ${mean} standard deviations`);
			assert.ok(variance > 0.7 && variance < 1.3, `variance ${variance}`);
		}
	});
}

test('another seed, epoch, layer or row drops independently', () => {
	const mask = isDropped(7, 1, 'dropout1', 0.5);
	const others = [
		isDropped(8, 1, 'dropout1', 0.5),
		isDropped(7, 2, 'dropout1', 0.5),
		isDropped(7, 1, 'dropout2', 0.5),
		isDropped(7, 1, 'residual1/dropout1', 0.5),
		mask.map((_, index) => mask[(index + numbers) % mask.length]!),
		mask.map((_, index) => mask[index - (index % numbers) + ((index + 1) % numbers)]!),
	];
	for (const other of others) {
		const equal = mask.reduce((sum, one, index) => sum + (one === other[index] ? 1 : 0), 0);
		const deviations = (equal - mask.length / 2) / Math.sqrt(mask.length / 4);
		assert.ok(Math.abs(deviations) < 4, `equal in ${equal} of ${mask.length}`);
	}
});

test('rate 0 drops nothing, and what is kept is divided by 1 − rate', () => {
	assert.deepEqual(new Set(dropoutMask(rowWords(50, 1, 1), layerWords('dropout1', 50), 0)), new Set([1]));
	assert.deepEqual(new Set(dropoutMask(rowWords(50, 1, 1), layerWords('dropout1', 50), 0.75)), new Set([0, 4]));
});

test('what a seed drops stays the same from version to version', () => {
	const hash = createHash('sha256').update(isDropped(7, 3, 'dropout1', 0.3));
	assert.equal(hash.digest('hex').slice(0, 16), 'f4d63cd68fd5e273');
});
