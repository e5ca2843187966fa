/** What every engine keeps to for layers that do otherwise in training than in use, as tests beside those of `contract.ts`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { rowWords } from './dropout.ts';
import { epochOrder } from './order.ts';
import type { Engine, LayerSpec, ProgramSpec } from './port.ts';
import { ReferenceNetwork, relativeError, toVectors } from './testing/reference.ts';
import { architecture, everyRow, rowsOf, seed, smallSpec } from './testing/small-problem.ts';
import { bytesOf, train } from './testing/training.ts';

const [first, , last] = architecture.layers as [LayerSpec, LayerSpec, LayerSpec];
const withDropout = {
	...architecture,
	layers: [first, { kind: 'tanh' }, { kind: 'dropout', rate: 0.4 }, last],
} as const;

function dropoutSpec(batchSize: number, rows: number): ProgramSpec {
	return { ...smallSpec(batchSize, rows, 0), architecture: withDropout };
}

/** Registers the tests of one engine under its name. */
export function testLayers(name: string, engine: () => Engine): void {
	for (const [batchSize, count] of [
		[4, 11],
		[1, 5],
		[700, 700],
	] as const) {
		test(`${name}: dropout at B = ${batchSize} of ${count} drops what the seed and the epoch say, forward and backward`, async () => {
			const program = await engine().compile(dropoutSpec(batchSize, count));
			const { state } = await train(program, rowsOf(count), { from: 3, epochs: 1, eta: 0.5 });
			const reference = new ReferenceNetwork(withDropout);
			const expected = toVectors(program.initialState(seed).parameters);
			const [order, words] = [epochOrder(everyRow(count), seed, 3), rowWords(count, seed, 3)];
			for (let start = 0; start < count; start += batchSize) {
				const [batch, own] = [order, words].map((whole) => whole.subarray(start, start + batchSize)) as [
					Int32Array,
					Int32Array,
				];
				for (const [parameter, partials] of reference.gradient(expected, rowsOf(count), batch, own)) {
					const theta = expected.get(parameter)!;
					for (const [i, partial] of partials.entries()) theta[i]! -= 0.5 * partial;
				}
			}
			assert.ok(relativeError(toVectors(state.parameters), expected) < 1e-5);
		});
	}

	test(`${name}: validation and the exported model drop nothing`, async () => {
		const program = await engine().compile(dropoutSpec(10, 90));
		const { state } = await train(program, rowsOf(90), { epochs: 2, eta: 0.3 });
		const reference = new ReferenceNetwork(architecture);
		const parameters = toVectors(state.parameters);
		const { loss, correct } = await program.evaluate({ state, rows: rowsOf(90), indexes: everyRow(90) });
		const expected = reference.measure(parameters, rowsOf(90), everyRow(90));
		assert.ok(Math.abs(loss / expected.loss - 1) < 1e-5);
		assert.equal(correct, expected.correct);
		const session = await InferenceSession.create(await program.exportModel(state));
		const pixels = Float32Array.from(rowsOf(90).values.subarray(0, 9), (byte) => byte / 255);
		const { logits } = await session.run({ pixels: new Tensor('float32', pixels, [1, 9]) });
		await session.release();
		for (const [index, value] of reference.logits(parameters, rowsOf(90), 0).entries()) {
			assert.ok(Math.abs((logits!.data[index] as number) - value) < 1e-5);
		}
	});

	test(`${name}: another epoch or seed drops other numbers, the same ones the same`, async () => {
		const program = await engine().compile(dropoutSpec(10, 90));
		const state = program.initialState(seed);
		const run = async (of: { seed: number; epoch: number }) => {
			const order = everyRow(90);
			return bytesOf((await program.runEpoch({ state, rows: rowsOf(90), order, eta: 0.1, ...of })).state);
		};
		const bytes = await run({ seed: 1, epoch: 1 });
		assert.deepEqual(await run({ seed: 1, epoch: 1 }), bytes);
		assert.notDeepEqual(await run({ seed: 1, epoch: 2 }), bytes);
		assert.notDeepEqual(await run({ seed: 2, epoch: 1 }), bytes);
	});

	for (const { batchSize, count, ghostBatchSize } of [
		{ batchSize: 10, count: 35, ghostBatchSize: 4 },
		{ batchSize: 10, count: 30, ghostBatchSize: 5 },
		{ batchSize: 10, count: 30, ghostBatchSize: 50 },
		// Larger than a block of the engine `onnx`.
		{ batchSize: 1003, count: 1003, ghostBatchSize: 200 },
	]) {
		test(`${name}: ghost batches of ${ghostBatchSize} in batches of ${batchSize} of ${count} each move the running statistics once`, async () => {
			const layers: LayerSpec[] = [{ kind: 'batchNorm', epsilon: 0.01, momentum: 0.75, ghostBatchSize }, last];
			const spec = { ...smallSpec(batchSize, count, 0), architecture: { ...architecture, layers } };
			const { state } = await train(await engine().compile(spec), rowsOf(count), { epochs: 1, eta: 0 });
			const order = epochOrder(everyRow(count), seed, 1);
			const [mean, variance] = [new Float64Array(9), new Float64Array(9).fill(1)];
			for (let start = 0; start < count; start += batchSize) {
				const batch = order.subarray(start, start + batchSize);
				for (let ghost = 0; ghost < batch.length; ghost += ghostBatchSize) {
					const rows = [...batch.subarray(ghost, ghost + ghostBatchSize)];
					for (let i = 0; i < 9; i++) {
						const column = rows.map((row) => rowsOf(count).values[row * 9 + i]! / 255);
						const centre = column.reduce((sum, value) => sum + value, 0) / column.length;
						const spread = column.reduce((sum, value) => sum + (value - centre) ** 2, 0) / column.length;
						mean[i] = 0.75 * mean[i]! + 0.25 * centre;
						variance[i] = 0.75 * variance[i]! + 0.25 * spread;
					}
				}
			}
			const running = (statistic: string) => [...state.parameters.get(`batchNorm1/running${statistic}`)!.values];
			for (const [i, value] of running('Mean').entries()) assert.ok(Math.abs(value - mean[i]!) < 1e-5);
			for (const [i, value] of running('Variance').entries()) assert.ok(Math.abs(value - variance[i]!) < 1e-5);
		});
	}
}
