import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createOnnxEngine } from '@basin/gpu-worker/engines/onnx/engine.ts';
import { architecture, everyRow, rowsOf } from '@basin/gpu-worker/engines/testing/small-problem.ts';
import { hessianVector } from './hessian-vector.ts';
import { extremeEigenvalues, randomVector } from './lanczos.ts';
import { networkObjective } from './network-objective.ts';
import { dot, norm, plus, scaled, type Vector } from './vector.ts';

const engine = createOnnxEngine({ threads: 1 });
after(() => engine.close());
const loss = { kind: 'softmaxCrossEntropy' } as const;
const dropout = { kind: 'dropout', rate: 0.5 } as const;
const objective = await networkObjective({
	...{ engine, architecture, loss },
	...{ rows: rowsOf(40), indexes: everyRow(40) },
});
const point = scaled(randomVector(objective.dimensions, 1), 0.5);
const unitVector = (seed: number) => {
	const vector = randomVector(objective.dimensions, seed);
	return scaled(vector, 1 / norm(vector));
};
const hessianTimes = (vector: Vector) => hessianVector(objective, point, vector, 1e-2);

test('the gradient of a network is the slope of its loss in every direction', async () => {
	const gradient = await objective.gradientAt(point);
	for (let seed = 2; seed < 6; seed++) {
		const direction = unitVector(seed);
		const h = 1e-2;
		const ahead = await objective.valueAt(plus(point, h, direction));
		const behind = await objective.valueAt(plus(point, -h, direction));
		const slope = (ahead - behind) / (2 * h);
		assert.ok(Math.abs(slope - dot(gradient, direction)) < 2e-4, `seed ${seed}: ${slope} ${dot(gradient, direction)}`);
	}
});

test('a point goes to a network and back', () => {
	const back = objective.pointOf(objective.stateAt(point));
	assert.deepEqual(back, Float64Array.from(Float32Array.from(point)));
});

test('its Hessian is symmetric, and no direction curves more than its extreme eigenvalues', async () => {
	const [u, v] = [unitVector(7), unitVector(8)];
	const [Hu, Hv] = [await hessianTimes(u), await hessianTimes(v)];
	assert.ok(Math.abs(dot(v, Hu) - dot(u, Hv)) < 1e-3);
	const { dimensions } = objective;
	const { largest, smallest } = await extremeEigenvalues({ dimensions, multiply: hessianTimes, seed: 9 });
	for (const [vector, product] of [
		[u, Hu],
		[v, Hv],
	] as const) {
		const curvature = dot(vector, product);
		assert.ok(curvature < largest.value && curvature > smallest.value, `${curvature}`);
	}
	const image = await hessianTimes(largest.vector);
	assert.ok(norm(plus(image, -largest.value, largest.vector)) < 0.02 * largest.value, 'it is one');
});

const withDropout = {
	...architecture,
	layers: architecture.layers.flatMap((layer) => [layer, ...(layer.kind === 'tanh' ? [dropout] : [])]),
};

test('dropout is left out: the loss and the weights are those of the network without it', async () => {
	const shared = { engine, loss, rows: rowsOf(40), indexes: everyRow(40) };
	const dropping = await networkObjective({ ...shared, architecture: withDropout });
	assert.equal(dropping.dimensions, objective.dimensions);
	assert.equal(await dropping.valueAt(point), await objective.valueAt(point));
	assert.deepEqual(await dropping.gradientAt(point), await objective.gradientAt(point));
});

test('θ₀ of a seed is where a trial with it begins, dropout or none', async () => {
	const optimizer = { kind: 'sgd' } as const;
	const program = await engine.compile({ architecture: withDropout, loss, optimizer, batchSize: 10, rowsPerEpoch: 40 });
	assert.deepEqual(objective.initialPoint(5), objective.pointOf(program.initialState(5)));
});

test('the value at a point is not that of the point asked before', async () => {
	const moved = plus(point, 0.1, unitVector(10));
	const values = [await objective.valueAt(point), await objective.valueAt(moved), await objective.valueAt(point)];
	assert.equal(values[0], values[2]);
	assert.notEqual(values[0], values[1]);
});
