import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hessianVector } from '../numeric/hessian-vector.ts';
import { extremeEigenvalues } from '../numeric/lanczos.ts';
import { norm, plus, type Vector } from '../numeric/vector.ts';
import { bestLine, hill, lineError, lineErrorGradient, productNetwork, twentyExamples } from './toy-surfaces.ts';

const all = Array.from({ length: 20 }, (_, i) => i);

test('the gradients of the toy surfaces are their slopes', async () => {
	const line = twentyExamples(3);
	const surfaces = [
		hill,
		productNetwork,
		{
			valueAt: async (point: Vector) => lineError(line, all, point),
			gradientAt: async (point: Vector) => lineErrorGradient(line, all, point),
		},
	];
	for (const [no, { valueAt, gradientAt }] of surfaces.entries()) {
		for (const point of [Float64Array.of(-2.1, 0.4), Float64Array.of(0.3, -0.7), Float64Array.of(1.2, 1.1)]) {
			const gradient = await gradientAt(point);
			for (const axis of [Float64Array.of(1, 0), Float64Array.of(0, 1)]) {
				const slope = ((await valueAt(plus(point, 1e-5, axis))) - (await valueAt(plus(point, -1e-5, axis)))) / 2e-5;
				const along = gradient[0]! * axis[0]! + gradient[1]! * axis[1]!;
				assert.ok(Math.abs(slope - along) < 1e-6, `surface ${no} at ${point}: ${slope} ${along}`);
			}
		}
	}
});

test('the toy network y = w₁w₂x has at the origin a saddle with the eigenvalues 2 and −2', async () => {
	const origin = new Float64Array(2);
	const multiply = (vector: Vector) => hessianVector(productNetwork, origin, vector, 1e-4);
	const { largest, smallest } = await extremeEigenvalues({ dimensions: 2, multiply, seed: 1 });
	assert.ok(Math.abs(largest.value - 2) < 1e-6 && Math.abs(smallest.value + 2) < 1e-6);
});

test('the least squares line has no slope left', () => {
	const line = twentyExamples(1);
	assert.ok(norm(lineErrorGradient(line, all, bestLine(line))) < 1e-12);
});
