import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { epochOrder } from '../order.ts';
import type { LayerSpec, ProgramSpec } from '../port.ts';
import { randomRows } from '../testing/reference.ts';
import { everyRow, rowsOf, seed, smallSpec } from '../testing/small-problem.ts';
import { bytesOf, collectGarbage, train } from '../testing/training.ts';
import { createOnnxEngine } from './engine.ts';

const engine = createOnnxEngine({ threads: 1 });
after(() => engine.close());

const images = randomRows({ count: 70, width: 8 * 8 * 2, classes: 5, seed: 4 });
const convolution = (filters: number, groups: number): LayerSpec => ({
	kind: 'conv2d',
	filters,
	kernelSize: [3, 3],
	strides: [1, 1],
	padding: 'same',
	groups,
	initializer: 'heNormal',
});
const pooling = { poolSize: [2, 2], strides: [2, 2], padding: 'valid' } as const;
const imageSpec: ProgramSpec = {
	architecture: {
		inputShape: [8, 8, 2],
		inputScale: 1 / 255,
		classes: 5,
		layers: [
			convolution(6, 1),
			{ kind: 'relu' },
			{ kind: 'maxPool', ...pooling },
			convolution(8, 2),
			{ kind: 'gelu' },
			{ kind: 'avgPool', ...pooling },
			{ kind: 'flatten' },
			{ kind: 'dense', units: 5, initializer: 'glorotUniform' },
		],
	},
	loss: { kind: 'softmaxCrossEntropy' },
	optimizer: { kind: 'momentum', lambda: 0.9 },
	batchSize: 16,
	rowsPerEpoch: 70,
};

test('the exported convolutional network hits in plain onnxruntime what evaluation hits', async () => {
	const program = await engine.compile(imageSpec);
	const { state, sums } = await train(program, images, { epochs: 30, eta: 0.05 });
	assert.ok(sums.at(-1)!.loss < 0.9 * sums[0]!.loss, 'it learns');
	const { correct } = await program.evaluate({ state, rows: images, indexes: everyRow(70) });
	const session = await InferenceSession.create(await program.exportModel(state));
	const pixels = new Tensor(
		'float32',
		Float32Array.from(images.values, (byte) => byte / 255),
		[70, 8, 8, 2],
	);
	const { logits } = await session.run({ pixels });
	await session.release();
	const guesses = Array.from({ length: 70 }, (_, row) => {
		const own = (logits!.data as Float32Array).subarray(row * 5, (row + 1) * 5);
		return own.indexOf(own.reduce((most, value) => Math.max(most, value)));
	});
	assert.equal(guesses.filter((guess, row) => guess === images.labels[row]).length, correct);
});

test('batch norm trains on the batch, counts along its means and variances, and validates and exports with those', async () => {
	const layers: LayerSpec[] = [
		{ kind: 'batchNorm', epsilon: 0.01, momentum: 0.75 },
		{ kind: 'flatten' },
		{ kind: 'dense', units: 5, initializer: 'glorotUniform' },
	];
	const program = await engine.compile({ ...imageSpec, architecture: { ...imageSpec.architecture, layers } });
	const { state } = await train(program, images, { epochs: 1, eta: 0 });
	const order = epochOrder(everyRow(70), seed, 1);
	let [mean, variance] = [
		[0, 0],
		[1, 1],
	];
	for (let start = 0; start < 70; start += 16) {
		const batch = [...order.subarray(start, start + 16)];
		const columns = [0, 1].map((channel) =>
			batch.flatMap((row) => Array.from({ length: 64 }, (_, i) => images.values[row * 128 + i * 2 + channel]! / 255)),
		);
		const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length);
		const variances = columns.map(
			(column, i) => column.reduce((sum, value) => sum + (value - means[i]!) ** 2, 0) / column.length,
		);
		mean = mean!.map((value, i) => 0.75 * value + 0.25 * means[i]!);
		variance = variance!.map((value, i) => 0.75 * value + 0.25 * variances[i]!);
	}
	const running = (name: string) => [...state.parameters.get(`batchNorm1/running${name}`)!.values];
	for (const i of [0, 1]) {
		assert.ok(Math.abs(running('Mean')[i]! - mean![i]!) < 1e-5);
		assert.ok(Math.abs(running('Variance')[i]! - variance![i]!) < 1e-5);
	}

	const weight = state.parameters.get('dense1/weight')!.values;
	const logitsOf = (row: number) => {
		const z = [0, 0, 0, 0, 0];
		for (let i = 0; i < 128; i++) {
			const channel = i % 2;
			const pixel = images.values[row * 128 + i]! / 255;
			const x = (pixel - mean![channel]!) / Math.sqrt(variance![channel]! + 0.01);
			for (let j = 0; j < 5; j++) z[j]! += x * weight[i * 5 + j]!;
		}
		return z;
	};
	const hits = [...everyRow(70)].filter((row) => {
		const z = logitsOf(row);
		return z.indexOf(Math.max(...z)) === images.labels[row];
	});
	assert.equal((await program.evaluate({ state, rows: images, indexes: everyRow(70) })).correct, hits.length);
	const session = await InferenceSession.create(await program.exportModel(state));
	const pixels = new Tensor(
		'float32',
		Float32Array.from(images.values.subarray(0, 128), (byte) => byte / 255),
		[1, 8, 8, 2],
	);
	const { logits } = await session.run({ pixels });
	await session.release();
	for (const [j, value] of logitsOf(0).entries()) assert.ok(Math.abs((logits!.data[j] as number) - value) < 1e-4);
});

test('a convolutional network repeats bit for bit', async () => {
	const runs = [];
	for (let run = 0; run < 2; run++) {
		const other = createOnnxEngine({ threads: 1 });
		const { state } = await train(await other.compile(imageSpec), images, { epochs: 2, eta: 0.02 });
		runs.push(bytesOf(state));
		await other.close();
	}
	assert.deepEqual(runs[1], runs[0]);
});

test('what dropout drops does not depend on the number of threads', async () => {
	const layers: LayerSpec[] = [
		{ kind: 'dropout', rate: 0.2 },
		...imageSpec.architecture.layers.slice(0, -1),
		{ kind: 'dropout', rate: 0.5 },
		...imageSpec.architecture.layers.slice(-1),
	];
	const losses = [];
	for (const threads of [1, 2, 5]) {
		const other = createOnnxEngine({ threads });
		const program = await other.compile({ ...imageSpec, architecture: { ...imageSpec.architecture, layers } });
		losses.push((await train(program, images, { epochs: 2, eta: 0.02 })).sums.map(({ loss }) => loss));
		await other.close();
	}
	for (const other of losses) {
		for (const [epoch, loss] of other.entries()) assert.ok(Math.abs(loss / losses[0]![epoch]! - 1) < 1e-6);
	}
});

test('memory does not grow with the number of programs', async () => {
	const visit = async (from: number, to: number) => {
		for (let batchSize = from; batchSize < to; batchSize++) {
			const program = await engine.compile(smallSpec(batchSize, 400, 0.9));
			await train(program, rowsOf(400), { epochs: 2, eta: 0.1 });
		}
		collectGarbage();
		return process.memoryUsage.rss() / 2 ** 20;
	};
	const before = await visit(33, 73);
	const after = await visit(73, 193);
	assert.ok(after - before < 24, `grew by ${(after - before).toFixed(0)} MiB over 120 programs`);
});
