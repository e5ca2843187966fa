import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createOnnxEngine } from '@basin/gpu-worker/engines/onnx/engine.ts';
import type { Architecture } from '@basin/gpu-worker/engines/port.ts';
import { everyRow, rowsOf } from '@basin/gpu-worker/engines/testing/small-problem.ts';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { hessianVector } from './hessian-vector.ts';
import { extremeEigenvalues, randomVector } from './lanczos.ts';
import { networkObjective } from './network-objective.ts';
import { dot, norm, plus, scaled, type Vector } from './vector.ts';

const engine = createOnnxEngine({ threads: 1 });
after(() => engine.close());
const [inputs, classes, examples] = [9, 4, 40];
/** Softmax regression: its Hessian is known in closed form, and there is no direction that curves down. */
const architecture: Architecture = {
	...{ inputShape: [inputs], inputScale: 1 / 255, classes },
	layers: [{ kind: 'dense', units: classes, initializer: 'glorotUniform' }],
};
const rows = rowsOf(examples);
const loss = { kind: 'softmaxCrossEntropy' } as const;
const objective = await networkObjective({ engine, architecture, loss, rows, indexes: everyRow(examples) });
const point = randomVector(objective.dimensions, 1);
const multiply = (vector: Vector) => hessianVector(objective, point, vector, 1e-2);

/** x of one example, with the 1 that the bias is multiplied by. */
const inputOf = (row: number) =>
	Float64Array.from({ length: inputs + 1 }, (_, i) => (i < inputs ? rows.values[row * inputs + i]! / 255 : 1));
/** Where a weight is in a point: weights by input, then biases, as if 1 were the last input. */
const place = (input: number, klass: number) => input * classes + klass;

/** Mean over the examples of (diag p − ppᵀ) ⊗ xxᵀ. */
function exactHessian(): Matrix {
	const hessian = Matrix.zeros(objective.dimensions, objective.dimensions);
	for (let row = 0; row < examples; row++) {
		const x = inputOf(row);
		const z = Array.from({ length: classes }, (_, k) => x.reduce((sum, xi, i) => sum + xi * point[place(i, k)]!, 0));
		const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
		const p = z.map((value) => Math.exp(value) / total);
		for (const [k, pk] of p.entries())
			for (const [l, pl] of p.entries())
				for (const [i, xi] of x.entries())
					for (const [j, xj] of x.entries()) {
						const [to, from] = [place(i, k), place(j, l)];
						const curvature = (k === l ? pk : 0) - pk * pl;
						hessian.set(to, from, hessian.get(to, from) + (curvature * xi * xj) / examples);
					}
	}
	return hessian;
}

const exact = exactHessian();

test('Hessian-vector products of softmax regression are those of (diag p − ppᵀ) ⊗ xxᵀ', async () => {
	assert.equal(objective.dimensions, (inputs + 1) * classes);
	for (let seed = 2; seed < 8; seed++) {
		const vector = scaled(randomVector(objective.dimensions, seed), 0.3);
		const expected = Float64Array.from(exact.mmul(Matrix.columnVector([...vector])).getColumn(0));
		const error = norm(plus(await multiply(vector), -1, expected)) / norm(expected);
		assert.ok(error < 2e-3, `seed ${seed}: ${error}`);
	}
});

test('the ends of its spectrum are those of the exact matrix, and none is below zero beyond the differences’ error', async () => {
	const { realEigenvalues } = new EigenvalueDecomposition(exact, { assumeSymmetric: true });
	const [most, least] = [Math.max(...realEigenvalues), Math.min(...realEigenvalues)];
	const { largest, smallest } = await extremeEigenvalues({ dimensions: objective.dimensions, multiply, seed: 9 });
	assert.ok(Math.abs(largest.value / most - 1) < 1e-3, `${largest.value} for ${most}`);
	assert.ok(Math.abs(least) < 1e-12 && Math.abs(smallest.value) < 1e-3 * most, `${smallest.value} for ${least}`);
	const curvature = dot(
		largest.vector,
		Float64Array.from(exact.mmul(Matrix.columnVector([...largest.vector])).getColumn(0)),
	);
	assert.ok(Math.abs(curvature / most - 1) < 1e-3, 'its vector is that of the exact matrix too');
});
