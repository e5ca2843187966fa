import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Random } from './random.ts';

test('the generator gives the published first numbers of xoshiro128++ for the state 1, 2, 3, 4', () => {
	const random = new Random(Uint32Array.of(1, 2, 3, 4));
	const first = Array.from({ length: 6 }, () => random.uint32());
	assert.deepEqual(first, [641, 1573767, 3222811527, 3517856514, 836907274, 4247214768]);
});

test('a stream is a pure function of its name', () => {
	fc.assert(
		fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (words) => {
			assert.equal(Random.of(...words).uint32(), Random.of(...words).uint32());
		}),
	);
});

test('streams whose names differ in one word or in length share no number', () => {
	const names = [[0], [1], [0, 0], [0, 1], [1, 0], [0, 2, 1], [0, 1, 2], [2 ** 31 - 1]];
	const drawn = names.flatMap((name) => {
		const random = Random.of(...name);
		return Array.from({ length: 1000 }, () => random.uint32());
	});
	// 8,000 draws of 32 bits: 0.007 equal pairs are expected by chance; the seeds are fixed.
	assert.equal(new Set(drawn).size, drawn.length);
});

test('whole numbers below a limit are equally likely', () => {
	const random = Random.of(5);
	const counts = new Array<number>(7).fill(0);
	for (let i = 0; i < 70_000; i++) counts[random.below(7)]!++;
	const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
	assert.ok(chiSquare < 22.5, `χ² ${chiSquare} with 6 degrees of freedom`);
});

test('normal numbers have mean 0, variance 1 and the tails of a normal distribution', () => {
	const random = Random.of(6);
	const values = Array.from({ length: 100_000 }, () => random.normal());
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
	const beyond2 = values.filter((value) => Math.abs(value) > 2).length / values.length;
	assert.ok(Math.abs(mean) < 0.01 && Math.abs(variance - 1) < 0.02, `mean ${mean}, variance ${variance}`);
	assert.ok(Math.abs(beyond2 - 0.0455) < 0.003, `${beyond2} beyond two deviations`);
});
