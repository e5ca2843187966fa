import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { initialParameters } from '../initial-parameters.ts';
import type { Architecture, LayerSpec } from '../port.ts';
import { ReferenceNetwork, randomRows, relativeError, toVectors, type Vectors } from '../testing/reference.ts';
import { afterEpoch, buildEpochGraph } from './epoch-graph.ts';
import { softmaxCrossEntropy } from './losses/softmax-cross-entropy.ts';
import { Network } from './network.ts';
import { gradientDescent } from './optimizers/sgd.ts';

const tolerance = 1e-3;

/** The gradient that the graph takes, in 64 bits: with η = 1 and one update it is θ before less θ after. */
async function graphGradient(architecture: Architecture, input: { rows: number; blockRows: number; seed: number }) {
	const network = new Network(architecture);
	const { classes, inputShape } = architecture;
	const data = randomRows({ count: input.rows, width: inputShape[0]!, classes, seed: input.seed });
	const before = toVectors(initialParameters(network.parameters, input.seed));
	for (const values of before.values())
		values.forEach((value, i) => {
			values[i] = value + 0.01 * Math.sin(i + 1);
		});
	const graph = buildEpochGraph({
		...architecture,
		network,
		loss: softmaxCrossEntropy(classes),
		optimizer: () => gradientDescent(),
		batchSize: input.rows,
		rowsPerEpoch: input.rows,
		blockRows: input.blockRows,
		real: 'double',
	});
	const session = await InferenceSession.create(graph.serialize('test'), { logSeverityLevel: 3 });
	const order = Int32Array.from({ length: input.rows }, (_, row) => row);
	const feeds: Record<string, Tensor> = {
		values: new Tensor('uint8', data.values, [data.count, ...inputShape]),
		labels: new Tensor('uint8', data.labels, [data.count]),
		order: new Tensor('int32', order, [order.length]),
		eta: new Tensor('float64', Float64Array.of(1), [1]),
	};
	for (const { name, shape } of network.parameters) feeds[name] = new Tensor('float64', before.get(name)!, shape);
	const after = await session.run(feeds);
	await session.release();
	const taken: Vectors = new Map();
	for (const [name, values] of before) {
		const next = after[afterEpoch(name)]!.data as Float64Array;
		taken.set(
			name,
			values.map((value, i) => value - next[i]!),
		);
	}
	const reference = new ReferenceNetwork(architecture);
	return { taken, expected: reference.gradient(before, data, order), reference };
}

/** Layers under test stand between two dense layers, so that a wrong ∂L/∂input shows in the first one's gradient. */
function around(middle: LayerSpec[], hidden: number, classes: number): LayerSpec[] {
	return [
		{ kind: 'dense', units: hidden, initializer: 'glorotUniform' },
		...middle,
		{ kind: 'dense', units: classes, initializer: 'glorotNormal' },
	];
}

const middles: Record<string, (width: number) => LayerSpec[]> = {
	dense: (units) => [{ kind: 'dense', units, initializer: 'heNormal' }],
	relu: () => [{ kind: 'relu' }],
	tanh: () => [{ kind: 'tanh' }],
	'a deep network': (units) => [
		{ kind: 'relu' },
		{ kind: 'dense', units, initializer: 'heUniform' },
		{ kind: 'tanh' },
		{ kind: 'dense', units: units + 1, initializer: 'heNormal' },
		{ kind: 'relu' },
	],
};

for (const [name, middle] of Object.entries(middles)) {
	test(`the gradient through ${name} is that of central differences, whole or in blocks`, async () => {
		const shape = fc.record({
			inputs: fc.integer({ min: 1, max: 9 }),
			hidden: fc.integer({ min: 1, max: 7 }),
			width: fc.integer({ min: 1, max: 6 }),
			classes: fc.integer({ min: 2, max: 6 }),
			rows: fc.integer({ min: 1, max: 11 }),
			blockRows: fc.integer({ min: 1, max: 12 }),
			seed: fc.nat(),
		});
		await fc.assert(
			fc.asyncProperty(shape, async ({ inputs, hidden, width, classes, rows, blockRows, seed }) => {
				const layers = around(middle(width), hidden, classes);
				const architecture = { inputShape: [inputs], inputScale: 1 / 255, classes, layers };
				const { taken, expected, reference } = await graphGradient(architecture, { rows, blockRows, seed });
				fc.pre(reference.nearestKink > 1e-4);
				for (const [parameter, values] of expected) {
					const error = relativeError(new Map([[parameter, values]]), taken);
					const norm = Math.hypot(...values);
					assert.ok(error < tolerance || norm < 1e-9, `${parameter}: relative error ${error}`);
				}
			}),
			{ numRuns: 25 },
		);
	});
}

test('layers that do not fit are named with their shapes', () => {
	const layers: LayerSpec[] = [{ kind: 'dense', units: 3, initializer: 'heNormal' }];
	const spec = { inputShape: [4], inputScale: 1, classes: 10, layers };
	assert.throws(() => new Network(spec), {
		name: 'SpecError',
		message: /gives \[3\], but the data set has 10 classes/,
	});
	const image = { ...spec, inputShape: [28, 28, 1], classes: 3 };
	assert.throws(() => new Network(image), { name: 'SpecError', message: /dense1 .* \[28, 28, 1\]/ });
});
