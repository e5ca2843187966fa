import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rowWords } from '../dropout.ts';
import { initialParameters } from '../initial-parameters.ts';
import { epochOrder } from '../order.ts';
import type { LayerSpec } from '../port.ts';
import { openDoubleEpoch } from '../testing/double-epoch.ts';
import { randomRows, relativeError, toVectors, type Vectors } from '../testing/reference.ts';
import { chunkUpdates } from './chunk.ts';
import { Graph } from './graph.ts';
import { softmaxCrossEntropy } from './losses/softmax-cross-entropy.ts';
import { Network } from './network.ts';
import { updateRule } from './optimizers/update-rule.ts';

const dense = (units: number): LayerSpec => ({ kind: 'dense', units, initializer: 'heNormal' });
const behind: Record<string, LayerSpec[]> = {
	'one dense layer': [{ kind: 'tanh' }, dense(3)],
	'three with normalization': [
		{ kind: 'layerNorm', epsilon: 0.01 },
		{ kind: 'gelu' },
		dense(5),
		{ kind: 'sigmoid' },
		dense(3),
	],
	dropout: [{ kind: 'tanh' }, { kind: 'dropout', rate: 0.4 }, dense(3)],
	'a batch norm': [{ kind: 'batchNorm', epsilon: 0.01, momentum: 0.9 }, { kind: 'tanh' }, dense(3)],
};

for (const [name, layers] of Object.entries(behind)) {
	test(`updates computed together are those computed one by one, in 64 bits, before ${name}`, async () => {
		const runs = fc.record({
			batchSize: fc.integer({ min: 1, max: 5 }),
			rows: fc.integer({ min: 20, max: 60 }),
			chunk: fc.integer({ min: 2, max: 9 }),
			// Their ninth powers are exact in 32 bits, in which a product takes them.
			lambda: fc.constantFrom(0, 0.5, 0.75),
			isImage: fc.boolean(),
			seed: fc.nat(),
		});
		await fc.assert(
			fc.asyncProperty(runs, async ({ isImage, lambda, seed, ...sizes }) => {
				const flatten: LayerSpec[] = isImage ? [{ kind: 'flatten' }] : [];
				const architecture = {
					inputShape: isImage ? [2, 2, 3] : [12],
					inputScale: 1 / 255,
					classes: 3,
					layers: [...flatten, dense(10), ...layers],
				};
				const network = new Network(architecture);
				const rule = updateRule({ kind: 'momentum', lambda }, sizes.batchSize);
				const initial = toVectors(initialParameters(network.parameters, seed));
				const zeros: Vectors = new Map([...initial].map(([key, values]) => [key, new Float64Array(values.length)]));
				const start = { parameters: initial, slots: new Map(rule.slots.map((slot) => [slot, zeros])) };
				const updates = Math.ceil(sizes.rows / sizes.batchSize);
				const input = {
					rows: randomRows({ count: sizes.rows, width: 12, classes: 3, seed }),
					order: epochOrder(
						Int32Array.from({ length: sizes.rows }, (_, row) => row),
						seed,
						1,
					),
					etas: Array.from({ length: updates }, (_, update) => 0.05 + 0.1 * Math.sin(update) ** 2),
					words: rowWords(sizes.rows, seed, 1),
					done: 0,
				};
				const results = [];
				for (const chunk of [1, Math.min(sizes.chunk, Math.floor(sizes.rows / sizes.batchSize))]) {
					const spec = {
						...architecture,
						...sizes,
						network,
						loss: softmaxCrossEntropy(3),
						rowsPerEpoch: sizes.rows,
						chunk,
					};
					const epoch = await openDoubleEpoch(spec, rule);
					const first = await epoch.run({ ...input, state: start });
					results.push(await epoch.run({ ...input, state: first.state }));
					await epoch.close();
				}
				const [alone, together] = results as [(typeof results)[0], (typeof results)[0]];
				assert.ok(relativeError(alone.state.parameters, initial) > 1e-3, 'it moves');
				assert.ok(relativeError(together.state.parameters, alone.state.parameters) < 1e-9);
				for (const slot of rule.slots) {
					assert.ok(relativeError(together.state.slots.get(slot)!, alone.state.slots.get(slot)!) < 1e-9);
				}
				for (const [row, loss] of alone.losses.entries()) assert.ok(Math.abs(together.losses[row]! - loss) < 1e-9);
			}),
			{ numRuns: 8 },
		);
	});
}

test('only plain momentum and descent on small batches, behind a dense layer, are computed together', () => {
	const updatesTogether = (layers: LayerSpec[], batchSize: number, optimizer: Parameters<typeof updateRule>[0]) =>
		chunkUpdates({
			network: new Network({ inputShape: [4, 4, 1], inputScale: 1, classes: 80, layers }),
			optimizer: updateRule(optimizer, batchSize).build(new Graph()),
			batchSize,
			updates: 1000,
		});
	const mlp: LayerSpec[] = [{ kind: 'flatten' }, dense(100), { kind: 'relu' }, dense(80)];
	const momentum = { kind: 'momentum', lambda: 0.9 } as const;
	assert.equal(updatesTogether(mlp, 1, momentum), 64);
	assert.equal(updatesTogether(mlp, 6, { kind: 'sgd' }), 10);
	assert.equal(updatesTogether(mlp, 7, momentum), 1);
	assert.equal(updatesTogether(mlp, 1, { ...momentum, weightDecay: 0.1 }), 1);
	assert.equal(updatesTogether(mlp, 1, { kind: 'sgd', weightDecay: 0.1 }), 1);
	assert.equal(updatesTogether(mlp, 1, { kind: 'nesterov', lambda: 0.9 }), 1);
	assert.equal(updatesTogether([{ kind: 'relu' }, ...mlp], 1, momentum), 1);
});
