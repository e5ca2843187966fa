import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hessianVector } from './hessian-vector.ts';
import { extremeEigenvalues, randomVector } from './lanczos.ts';
import type { Objective } from './objective.ts';
import { dot, norm, plus, scaled, type Vector } from './vector.ts';

const diagonalOf = (values: number[]) => async (vector: Vector) => vector.map((value, i) => value * values[i]!);

test('the ends of a known spectrum are found, with their vectors', async () => {
	const values = Array.from({ length: 400 }, (_, i) => Math.sin(i) * 3);
	values[17] = 50;
	values[230] = -8;
	const { largest, smallest, steps } = await extremeEigenvalues({
		dimensions: 400,
		multiply: diagonalOf(values),
		seed: 1,
		tolerance: 1e-8,
	});
	assert.ok(Math.abs(largest.value - 50) < 1e-6, `${largest.value}`);
	assert.ok(Math.abs(smallest.value + 8) < 1e-6, `${smallest.value}`);
	assert.ok(Math.abs(Math.abs(largest.vector[17]!) - 1) < 1e-6 && Math.abs(Math.abs(smallest.vector[230]!) - 1) < 1e-6);
	assert.ok(steps < 60, 'long before as many steps as dimensions');
});

test('few dimensions are exhausted, and the values exact', async () => {
	const { largest, smallest, steps } = await extremeEigenvalues({
		dimensions: 2,
		multiply: diagonalOf([3, -1]),
		seed: 2,
	});
	assert.ok(Math.abs(largest.value - 3) < 1e-12 && Math.abs(smallest.value + 1) < 1e-12);
	assert.equal(steps, 2);
});

test('a residual says how far a pair is from being one', async () => {
	const values = Array.from({ length: 300 }, (_, i) => i);
	const multiply = diagonalOf(values);
	const { largest } = await extremeEigenvalues({ dimensions: 300, multiply, seed: 3, maxSteps: 12 });
	const measured = norm(plus(await multiply(largest.vector), -largest.value, largest.vector));
	assert.ok(Math.abs(measured - largest.residual) < 1e-9, `${measured} ${largest.residual}`);
	assert.ok(largest.residual > 1e-3, 'twelve steps are not enough here');
});

/** y = w₁w₂x fitted to y = 1 at x = 1: f = (1 − w₁w₂)², whose Hessian at (0, 0) is [[0, −2], [−2, 0]]. */
const saddle: Objective = {
	dimensions: 2,
	valueAt: async ([a, b]: Vector | number[]) => (1 - a! * b!) ** 2,
	gradientAt: async ([a, b]: Vector | number[]) => Float64Array.of(-2 * b! * (1 - a! * b!), -2 * a! * (1 - a! * b!)),
};

test("the lecture's saddle y = w₁w₂x has the eigenvalues 2 and −2, and falls along (1, 1)", async () => {
	const origin = Float64Array.of(0, 0);
	const multiply = (vector: Vector) => hessianVector(saddle, origin, vector, 1e-4);
	const { largest, smallest } = await extremeEigenvalues({ dimensions: 2, multiply, seed: 4 });
	assert.ok(Math.abs(largest.value - 2) < 1e-6 && Math.abs(smallest.value + 2) < 1e-6);
	const wayOut = scaled(smallest.vector, 0.1);
	assert.ok(Math.abs(Math.abs(dot(smallest.vector, Float64Array.of(Math.SQRT1_2, Math.SQRT1_2))) - 1) < 1e-6);
	assert.ok((await saddle.valueAt(wayOut)) < (await saddle.valueAt(origin)), 'the way out of the saddle');
});

test("a Hessian-vector product of a quadratic is its matrix times the vector, whatever the vector's length", async () => {
	const multiply = diagonalOf([4, -2, 0.5]);
	const quadratic: Objective = {
		dimensions: 3,
		valueAt: async (point) => dot(point, await multiply(point)) / 2,
		gradientAt: multiply,
	};
	for (const length of [1e-6, 1, 1e6]) {
		const vector = scaled(randomVector(3, 5), length);
		const product = await hessianVector(quadratic, Float64Array.of(1, 2, 3), vector, 1e-3);
		const error = norm(plus(product, -1, await multiply(vector)));
		assert.ok(error < 1e-9 * norm(product), `${length}: ${error}`);
	}
	assert.deepEqual(await hessianVector(quadratic, new Float64Array(3), new Float64Array(3), 1e-3), new Float64Array(3));
});
