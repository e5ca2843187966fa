import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { epochOrder } from '../order.ts';
import type { Architecture, Program, ProgramSpec, TrainingState } from '../port.ts';
import { ReferenceNetwork, randomRows, relativeError, toVectors, type Vectors } from '../testing/reference.ts';
import { createOnnxEngine } from './engine.ts';

const engine = createOnnxEngine({ threads: 1 });
after(() => engine.close());

const architecture: Architecture = {
	inputShape: [9],
	inputScale: 1 / 255,
	classes: 4,
	layers: [
		{ kind: 'dense', units: 5, initializer: 'heNormal' },
		{ kind: 'tanh' },
		{ kind: 'dense', units: 4, initializer: 'glorotUniform' },
	],
};

function specFor(batchSize: number, rowsPerEpoch: number, lambda: number): ProgramSpec {
	const optimizer = { kind: 'momentum', lambda } as const;
	return { architecture, loss: { kind: 'softmaxCrossEntropy' }, optimizer, batchSize, rowsPerEpoch };
}

const rowsOf = (count: number) => randomRows({ count, width: 9, classes: 4, seed: 11 });
const everyRow = (count: number) => Int32Array.from({ length: count }, (_, row) => row);

/** Trains epochs 1 to `epochs` of seed 3. */
async function train(program: Program, count: number, epochs: number, eta: number) {
	const rows = rowsOf(count);
	let state = program.initialState(3);
	const sums = [];
	for (let epoch = 1; epoch <= epochs; epoch++) {
		const result = await program.runEpoch({ state, rows, order: epochOrder(everyRow(count), 3, epoch), eta });
		state = result.state;
		sums.push(result.sums);
	}
	return { state, sums };
}

function bytesOf(state: TrainingState): Buffer {
	const arrays = [state.parameters, ...state.slots.values()].flatMap((map) => [...map.values()]);
	return Buffer.concat(arrays.map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)));
}

// λ is compiled in at small B, an input at large B, and absent at 0; 600 rows do not fit into one block.
const rules = [
	{ batchSize: 1, rows: 20, lambda: 0.9 },
	{ batchSize: 7, rows: 31, lambda: 0.5 },
	{ batchSize: 7, rows: 31, lambda: 0 },
	{ batchSize: 40, rows: 90, lambda: 0.9 },
	{ batchSize: 40, rows: 90, lambda: 0 },
	{ batchSize: 601, rows: 1205, lambda: 0.9 },
	{ batchSize: 601, rows: 1205, lambda: 0 },
];
for (const { batchSize, rows: count, lambda } of rules) {
	test(`two epochs at B = ${batchSize} of ${count}, λ = ${lambda} follow m ← λm − ηg, θ ← θ + m to the last, smaller batch`, async () => {
		const program = await engine.compile(specFor(batchSize, count, lambda));
		assert.equal(program.updatesPerEpoch, Math.ceil(count / batchSize));
		const { state, sums } = await train(program, count, 2, 0.3);
		const reference = new ReferenceNetwork(architecture);
		const parameters = toVectors(program.initialState(3).parameters);
		const momentum: Vectors = new Map([...parameters].map(([name, values]) => [name, new Float64Array(values.length)]));
		for (const epoch of [1, 2]) {
			const order = epochOrder(everyRow(count), 3, epoch);
			const rows = rowsOf(count);
			const expected = reference.train({ parameters, momentum, rows, order, batchSize, eta: () => 0.3, lambda });
			assert.ok(Math.abs(sums[epoch - 1]!.loss / expected.loss - 1) < 1e-5, 'loss before each update');
			assert.equal(sums[epoch - 1]!.correct, expected.correct);
			assert.equal(sums[epoch - 1]!.examples, count);
		}
		assert.ok(relativeError(toVectors(state.parameters), parameters) < 1e-5);
		const slot = state.slots.get('momentum');
		if (lambda > 0) assert.ok(relativeError(toVectors(slot!), momentum) < 1e-4);
	});
}

test('η may differ from update to update', async () => {
	const program = await engine.compile(specFor(10, 25, 0.9));
	const eta = Float32Array.of(0.5, 0.25, 0.125);
	const rows = rowsOf(25);
	const { state } = await program.runEpoch({ state: program.initialState(3), rows, order: everyRow(25), eta });
	const parameters = toVectors(program.initialState(3).parameters);
	const momentum: Vectors = new Map([...parameters].map(([name, values]) => [name, new Float64Array(values.length)]));
	const reference = new ReferenceNetwork(architecture);
	const input = { parameters, momentum, rows, order: everyRow(25), batchSize: 10, lambda: 0.9 };
	reference.train({ ...input, eta: (update) => eta[update]! });
	assert.ok(relativeError(toVectors(state.parameters), parameters) < 1e-5);
});

test('float32 rows train as the bytes that scale to them do, bit for bit', async () => {
	const bytes = rowsOf(25);
	const scale = Math.fround(1 / 255);
	const floats = { ...bytes, values: Float32Array.from(bytes.values, (byte) => byte * scale) };
	const ofFloats = { ...architecture, inputType: 'float32', inputScale: 1 } as const;
	const trained = [];
	for (const [rows, form] of [
		[bytes, architecture],
		[floats, ofFloats],
	] as const) {
		const program = await engine.compile({ ...specFor(10, 25, 0.9), architecture: form });
		const input = { rows, order: everyRow(25), eta: 0.3 };
		const { state, sums } = await program.runEpoch({ ...input, state: program.initialState(3) });
		trained.push([sums, bytesOf(state), await program.evaluate({ state, rows, indexes: everyRow(25) })]);
	}
	assert.deepEqual(trained[1], trained[0]);
});

test('a full batch is one update per epoch', async () => {
	const program = await engine.compile(specFor(1205, 1205, 0));
	assert.equal(program.updatesPerEpoch, 1);
	const { sums } = await train(program, 1205, 1, 0.1);
	const initial = toVectors(program.initialState(3).parameters);
	const { correct } = new ReferenceNetwork(architecture).measure(initial, rowsOf(1205), everyRow(1205));
	assert.equal(sums[0]!.correct, correct);
});

test('a repetition is bit-equal, in the same engine and in another', async () => {
	for (const spec of [specFor(7, 60, 0.9), specFor(40, 90, 0.9), specFor(601, 1205, 0)]) {
		const other = createOnnxEngine({ threads: 1 });
		const runs = [await engine.compile(spec), await engine.compile(spec), await other.compile(spec)];
		const states = [];
		for (const program of runs) states.push(bytesOf((await train(program, spec.rowsPerEpoch, 3, 0.2)).state));
		await other.close();
		assert.deepEqual(states[1], states[0]);
		assert.deepEqual(states[2], states[0]);
	}
});

test('an epoch leaves the state that it began with as it was', async () => {
	const program = await engine.compile(specFor(7, 60, 0.9));
	const state = program.initialState(3);
	const before = bytesOf(state);
	await program.runEpoch({ state, rows: rowsOf(60), order: everyRow(60), eta: 0.2 });
	assert.deepEqual(bytesOf(state), before);
});

test('another seed gives other weights', async () => {
	const program = await engine.compile(specFor(7, 60, 0.9));
	assert.notDeepEqual(bytesOf(program.initialState(3)), bytesOf(program.initialState(4)));
});

test('evaluation over several chunks gives what the reference gives', async () => {
	const program = await engine.compile(specFor(40, 90, 0.9));
	const { state } = await train(program, 90, 1, 0.3);
	const rows = rowsOf(1203);
	const indexes = everyRow(1203).filter((row) => row % 3 !== 1);
	const sums = await program.evaluate({ state, rows, indexes });
	const expected = new ReferenceNetwork(architecture).measure(toVectors(state.parameters), rows, indexes);
	assert.equal(sums.correct, expected.correct);
	assert.equal(sums.examples, indexes.length);
	assert.ok(Math.abs(sums.loss / expected.loss - 1) < 1e-5);
});

test('the exported model gives the probabilities of the trained state, for any number of rows', async () => {
	const program = await engine.compile(specFor(40, 90, 0.9));
	const { state } = await train(program, 90, 2, 0.3);
	const session = await InferenceSession.create(await program.exportModel(state));
	const reference = new ReferenceNetwork(architecture);
	const rows = rowsOf(90);
	for (const count of [1, 90]) {
		const pixels = Float32Array.from(rows.values.subarray(0, count * 9), (byte) => byte / 255);
		const { logits, probabilities } = await session.run({ pixels: new Tensor('float32', pixels, [count, 9]) });
		assert.deepEqual(probabilities!.dims, [count, 4]);
		const expected = reference.logits(toVectors(state.parameters), rows, count - 1);
		const last = (logits!.data as Float32Array).slice(-4);
		for (const [index, value] of expected.entries()) assert.ok(Math.abs(last[index]! - value) < 1e-5);
		const total = (probabilities!.data as Float32Array).slice(-4).reduce((sum, value) => sum + value, 0);
		assert.ok(Math.abs(total - 1) < 1e-5);
	}
	await session.release();
});

test('a loss that is not finite comes back as it is', async () => {
	const program = await engine.compile(specFor(7, 60, 0.9));
	const { sums } = await train(program, 60, 2, 1e38);
	assert.equal(Number.isFinite(sums[1]!.loss), false);
});

test('a batch larger than the data is refused with both numbers', async () => {
	await assert.rejects(engine.compile(specFor(61, 60, 0)), { name: 'SpecError', message: /61.* 60 / });
});

test('memory does not grow with the number of programs and epochs', async () => {
	const visit = async (from: number, to: number) => {
		for (let batchSize = from; batchSize < to; batchSize++) {
			await train(await engine.compile(specFor(batchSize, 400, 0.9)), 400, 2, 0.1);
		}
		globalThis.gc?.();
		return process.memoryUsage.rss() / 2 ** 20;
	};
	const before = await visit(33, 73);
	const after = await visit(73, 193);
	assert.ok(after - before < 24, `grew by ${(after - before).toFixed(0)} MiB over 120 programs`);
});
