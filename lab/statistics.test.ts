import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairedDifference, percent, pointOf, points } from './statistics.ts';

const near = (actual: number | undefined, expected: number) =>
	assert.ok(actual !== undefined && Math.abs(actual - expected) < 5e-4, `${actual} is not ${expected}`);
const bySeed = (values: number[]) => new Map(values.map((value, seed) => [seed, value]));

test('the mean of 1, 2, 3 is 2 [−0.484, 4.484]: Student’s t with two degrees of freedom', () => {
	const { x, y, low, high } = pointOf(7, [1, 2, 3]);
	assert.deepEqual([x, y], [7, 2]);
	near(low, -0.4841);
	near(high, 4.4841);
});

test('one value has no interval', () => {
	assert.deepEqual(pointOf(1, [5]), { x: 1, y: 5 });
	assert.equal(pairedDifference(bySeed([1]), bySeed([2])), null);
});

test('differences are paired by seed: what the seeds have in common falls out, and a seed of one side alone takes no part', () => {
	const other = bySeed([10, 20, 30]);
	const one = new Map([
		[2, 33],
		[0, 11],
		[1, 22],
		[9, 1000],
	]);
	const { mean, low, high, pairs } = pairedDifference(one, other)!;
	assert.deepEqual([mean, pairs], [2, 3]);
	near(low, -0.4841);
	near(high, 4.4841);
	const constant = pairedDifference(bySeed([11, 21, 31]), other)!;
	assert.deepEqual([constant.low, constant.mean, constant.high], [1, 1, 1], 'though the seeds scatter by 20');
});

test('shares are said in per cent, and their differences in points with the sign', () => {
	assert.equal(percent(0.97504), '97.50 %');
	assert.equal(percent(0.5, 0), '50 %');
	assert.equal(points({ mean: 0.0032, low: 0.0005, high: 0.0059, pairs: 3 }), '+0.32 [0.05, 0.59] points');
	assert.equal(points({ mean: -0.0032, low: -0.0059, high: -0.0005, pairs: 3 }), '-0.32 [-0.59, -0.05] points');
});
