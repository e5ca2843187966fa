import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descend, interpolate, unrolledWeights } from './descent.ts';
import { hypervolume } from './hypervolume.ts';
import { randomVector } from './lanczos.ts';
import { norm, plus, type Vector } from './vector.ts';

test('every θ of the update rule is the start minus the gradients weighted by λᵏη', async () => {
	const [eta, lambda, updates] = [0.1, 0.9, 12];
	const gradients = Array.from({ length: updates }, (_, no) => randomVector(3, no + 1));
	const start = Float64Array.of(1, 2, 3);
	const path = await descend({ gradientOf: async (update) => gradients[update]!, start, eta, lambda, updates });
	let place: Vector = start;
	for (let update = 1; update <= updates; update++) {
		const weights = unrolledWeights({ eta, lambda, updates: update });
		for (const [k, weight] of weights.entries()) place = plus(place, -weight, gradients[update - 1 - k]!);
		assert.ok(norm(plus(place, -1, path[update]!)) < 1e-12, `update ${update}`);
	}
});

test('a constant slope is followed at the speed η/(1 − λ) in the end', async () => {
	const slope = Float64Array.of(2);
	const path = await descend({
		gradientOf: async () => slope,
		start: Float64Array.of(0),
		eta: 0.1,
		lambda: 0.9,
		updates: 300,
	});
	const last = path.at(-1)![0]! - path.at(-2)![0]!;
	assert.ok(Math.abs(last + (0.1 / (1 - 0.9)) * 2) < 1e-9);
});

test('a line between two points has their values at 0 and 1', async () => {
	const objective = { valueAt: async ([x]: Vector | number[]) => (x! - 1) ** 2 };
	const values = await interpolate({
		objective,
		from: Float64Array.of(1),
		to: Float64Array.of(3),
		alphas: [-1, 0, 0.5, 1],
	});
	assert.deepEqual(values, [4, 0, 1, 4]);
});

test('{(1, 3), (2, 1)} up to (4, 4) is 7; what is dominated or beyond the reference adds nothing', () => {
	assert.equal(
		hypervolume(
			[
				[1, 3],
				[2, 1],
			],
			[4, 4],
		),
		7,
	);
	assert.equal(
		hypervolume(
			[
				[2, 1],
				[1, 3],
				[3, 3],
				[5, 0],
				[0, 4],
				[1, 3],
			],
			[4, 4],
		),
		7,
	);
	assert.equal(hypervolume([], [4, 4]), 0);
});
