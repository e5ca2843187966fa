import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { initialParameters } from '../../initial-parameters.ts';
import type { Architecture, LossSpec } from '../../port.ts';
import { openDoubleEpoch } from '../../testing/double-epoch.ts';
import {
	crossEntropy,
	type ReferenceLoss,
	ReferenceNetwork,
	randomRows,
	relativeError,
	toVectors,
	type Vectors,
} from '../../testing/reference.ts';
import { Network } from '../network.ts';
import { sgdRule } from '../optimizers/sgd.ts';
import { buildLoss } from './build-loss.ts';

/** Each loss from its definition: smoothing mixes the loss at the label with that at every class. */
const references: { name: string; spec: LossSpec; loss: ReferenceLoss }[] = [
	{ name: 'softmaxCrossEntropy', spec: { kind: 'softmaxCrossEntropy' }, loss: crossEntropy },
	{
		name: 'softmaxCrossEntropy with label smoothing 0.1',
		spec: { kind: 'softmaxCrossEntropy', labelSmoothing: 0.1 },
		loss: (z, label) => 0.9 * crossEntropy(z, label) + 0.1 * mean(z.map((_, other) => crossEntropy(z, other))),
	},
	{
		name: 'mse',
		spec: { kind: 'mse' },
		loss: (z, label) => mean(z.map((value, k) => (value - (k === label ? 1 : 0)) ** 2)),
	},
];

function mean(values: Float64Array): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

for (const { name, spec, loss } of references) {
	test(`${name} has the value of its definition and the gradient of central differences, whole or in blocks`, async () => {
		const runs = fc.record({
			inputs: fc.integer({ min: 1, max: 6 }),
			classes: fc.integer({ min: 2, max: 6 }),
			rows: fc.integer({ min: 1, max: 9 }),
			blockRows: fc.integer({ min: 1, max: 10 }),
			seed: fc.nat(),
		});
		await fc.assert(
			fc.asyncProperty(runs, async ({ inputs, classes, rows: count, blockRows, seed }) => {
				const architecture: Architecture = {
					inputShape: [inputs],
					inputScale: 1 / 255,
					classes,
					layers: [{ kind: 'dense', units: classes, initializer: 'glorotNormal' }],
				};
				const network = new Network(architecture);
				const sizes = { batchSize: count, rowsPerEpoch: count, blockRows };
				const graph = await openDoubleEpoch(
					{ ...architecture, network, loss: buildLoss(spec, classes), ...sizes },
					sgdRule({ weightDecay: 0 }),
				);
				const rows = randomRows({ count, width: inputs, classes, seed });
				const order = Int32Array.from({ length: count }, (_, row) => row);
				const before = toVectors(initialParameters(network.parameters, seed));
				const input = { state: { parameters: before, slots: new Map() }, rows, order, etas: [1], done: 0 };
				const { state, losses } = await graph.run(input);
				await graph.close();

				const reference = new ReferenceNetwork(architecture, loss);
				const total = losses.reduce((sum, value) => sum + value, 0);
				assert.ok(Math.abs(total / reference.measure(before, rows, order).loss - 1) < 1e-9, 'value');
				const taken: Vectors = new Map(
					[...before].map(([name, values]) => [
						name,
						values.map((value, i) => value - state.parameters.get(name)![i]!),
					]),
				);
				assert.ok(relativeError(taken, reference.gradient(before, rows, order)) < 1e-5, 'gradient');
			}),
			{ numRuns: 25 },
		);
	});
}
