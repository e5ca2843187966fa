/**
 * What every engine keeps to, as tests: `engine-contract.slow.test.ts` runs them on each. An engine is held to a plain 64-bit network
 * written apart from all of them.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { testLayers } from './layer-contract.ts';
import type { Engine, LayerSpec, TrainingState } from './port.ts';
import { ReferenceNetwork, randomRows, relativeError, toVectors } from './testing/reference.ts';
import { architecture, everyRow, referenceRun, rowsOf, seed, smallSpec } from './testing/small-problem.ts';
import { bytesOf, collectGarbage, storedAndRead, train } from './testing/training.ts';

const dropout: LayerSpec = { kind: 'dropout', rate: 0.3 };

export type OpenEngine = () => Promise<Engine>;

// λ is compiled in, an input or absent in the engine `onnx`, and 501 rows do not fit into one of its blocks.
const rules = [
	{ batchSize: 1, rows: 20, lambda: 0.9 },
	{ batchSize: 7, rows: 31, lambda: 0.5 },
	{ batchSize: 7, rows: 31, lambda: 0 },
	{ batchSize: 40, rows: 90, lambda: 0.9 },
	{ batchSize: 40, rows: 90, lambda: 0 },
	{ batchSize: 501, rows: 1003, lambda: 0.9 },
	{ batchSize: 501, rows: 1003, lambda: 0 },
];

/** Registers the tests of one engine under its name. */
export function testEngine(name: string, open: OpenEngine): void {
	let engine: Engine;
	before(async () => {
		engine = await open();
	});
	after(() => engine.close());
	const dropping = { ...architecture, layers: [...architecture.layers.slice(0, 2), dropout, architecture.layers[2]!] };
	const compile = (batchSize: number, rows: number, lambda: number) =>
		engine.compile(smallSpec(batchSize, rows, lambda));

	for (const { batchSize, rows, lambda } of rules) {
		test(`${name}: two epochs at B = ${batchSize} of ${rows}, λ = ${lambda} follow m ← λm − ηg, θ ← θ + m to the last, smaller batch`, async () => {
			const program = await compile(batchSize, rows, lambda);
			assert.equal(program.updatesPerEpoch, Math.ceil(rows / batchSize));
			const { state, sums } = await train(program, rowsOf(rows), { epochs: 2, eta: 0.3 });
			const expected = referenceRun({ batchSize, rows, lambda, epochs: 2, eta: 0.3 }, program.initialState(seed));
			for (const [epoch, { loss, correct }] of expected.sums.entries()) {
				assert.ok(Math.abs(sums[epoch]!.loss / loss - 1) < 1e-5, 'loss before each update');
				assert.equal(sums[epoch]!.correct, correct);
				assert.equal(sums[epoch]!.examples, rows);
			}
			assert.ok(relativeError(toVectors(state.parameters), expected.parameters) < 1e-5);
			const slot = state.slots.get('momentum');
			if (lambda > 0) assert.ok(relativeError(toVectors(slot!), expected.momentum) < 1e-4);
		});
	}

	test(`${name}: η may differ from update to update`, async () => {
		const program = await compile(10, 25, 0.9);
		const eta = Float32Array.of(0.5, 0.25, 0.125);
		const { state } = await train(program, rowsOf(25), { epochs: 1, eta });
		const run = { batchSize: 10, rows: 25, lambda: 0.9, epochs: 1, eta };
		const expected = referenceRun(run, program.initialState(seed));
		assert.ok(relativeError(toVectors(state.parameters), expected.parameters) < 1e-5);
	});

	test(`${name}: a full batch is one update per epoch`, async () => {
		const program = await compile(1205, 1205, 0);
		assert.equal(program.updatesPerEpoch, 1);
		const { sums } = await train(program, rowsOf(1205), { epochs: 1, eta: 0.1 });
		const initial = toVectors(program.initialState(seed).parameters);
		const { correct } = new ReferenceNetwork(architecture).measure(initial, rowsOf(1205), everyRow(1205));
		assert.equal(sums[0]!.correct, correct);
	});

	test(`${name}: float32 rows train as the bytes that scale to them do, bit for bit`, async () => {
		const bytes = rowsOf(25);
		const scale = Math.fround(1 / 255);
		const floats = { ...bytes, values: Float32Array.from(bytes.values, (byte) => byte * scale) };
		const ofFloats = { ...architecture, inputType: 'float32', inputScale: 1 } as const;
		const trained = [];
		for (const [rows, form] of [
			[bytes, architecture],
			[floats, ofFloats],
		] as const) {
			const program = await engine.compile({ ...smallSpec(10, 25, 0.9), architecture: form });
			const { state, sums } = await train(program, rows, { epochs: 1, eta: 0.3 });
			trained.push([sums, bytesOf(state), await program.evaluate({ state, rows, indexes: everyRow(25) })]);
		}
		assert.deepEqual(trained[1], trained[0]);
	});

	test(`${name}: a repetition is bit-equal, in the same engine and in another`, async () => {
		const ofDropout = { ...smallSpec(7, 60, 0.9), architecture: dropping };
		for (const spec of [smallSpec(7, 60, 0.9), smallSpec(40, 90, 0.9), smallSpec(501, 1003, 0), ofDropout]) {
			const other = await open();
			const programs = [await engine.compile(spec), await engine.compile(spec), await other.compile(spec)];
			const runs = [];
			for (const program of programs) {
				const { state, sums } = await train(program, rowsOf(spec.rowsPerEpoch), { epochs: 3, eta: 0.2 });
				runs.push([bytesOf(state), sums]);
			}
			await other.close();
			assert.deepEqual(runs[1], runs[0]);
			assert.deepEqual(runs[2], runs[0]);
		}
	});

	test(`${name}: a training that was stored, read and resumed in another engine is bit-equal to one that was not`, async () => {
		const adam = { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-6 } as const;
		const dropped = { ...smallSpec(7, 60, 0), optimizer: adam, architecture: dropping };
		for (const spec of [smallSpec(7, 60, 0.9), smallSpec(40, 90, 0), dropped]) {
			const rows = rowsOf(spec.rowsPerEpoch);
			const whole = await train(await engine.compile(spec), rows, { epochs: 4, eta: 0.2 });
			const half = await train(await engine.compile(spec), rows, { epochs: 2, eta: 0.2 });
			const other = await open();
			const resumed = await train(await other.compile(spec), rows, {
				state: storedAndRead(half.state),
				from: 3,
				epochs: 2,
				eta: 0.2,
			});
			await other.close();
			assert.deepEqual([...half.sums, ...resumed.sums], whole.sums);
			assert.deepEqual(bytesOf(resumed.state), bytesOf(whole.state));
		}
	});

	test(`${name}: an epoch leaves the state that it began with as it was`, async () => {
		const program = await compile(7, 60, 0.9);
		const state = program.initialState(seed);
		const bytes = bytesOf(state);
		await train(program, rowsOf(60), { state, epochs: 1, eta: 0.2 });
		assert.deepEqual(bytesOf(state), bytes);
	});

	test(`${name}: another seed gives other weights`, async () => {
		const program = await compile(7, 60, 0.9);
		assert.notDeepEqual(bytesOf(program.initialState(seed)), bytesOf(program.initialState(seed + 1)));
	});

	test(`${name}: evaluation over several chunks gives what the reference gives`, async () => {
		const program = await compile(40, 90, 0.9);
		const { state } = await train(program, rowsOf(90), { epochs: 1, eta: 0.3 });
		const rows = rowsOf(1203);
		const indexes = everyRow(1203).filter((row) => row % 3 !== 1);
		const sums = await program.evaluate({ state, rows, indexes });
		const expected = new ReferenceNetwork(architecture).measure(toVectors(state.parameters), rows, indexes);
		assert.equal(sums.correct, expected.correct);
		assert.equal(sums.examples, indexes.length);
		assert.ok(Math.abs(sums.loss / expected.loss - 1) < 1e-5);
	});

	test(`${name}: the exported model gives the probabilities of the trained state, for any number of rows`, async () => {
		const program = await compile(40, 90, 0.9);
		const { state } = await train(program, rowsOf(90), { epochs: 2, eta: 0.3 });
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

	test(`${name}: a loss that is not finite comes back as it is`, async () => {
		const program = await compile(7, 60, 0.9);
		const { state, sums } = await train(program, rowsOf(60), { epochs: 2, eta: 1e38 });
		assert.equal(Number.isFinite(sums[1]!.loss), false);
		const { loss } = await program.evaluate({ state, rows: rowsOf(60), indexes: everyRow(60) });
		assert.equal(Number.isFinite(loss), false);
	});

	test(`${name}: a batch larger than the data is refused with both numbers, a layer that does not fit with its shape`, async () => {
		await assert.rejects(compile(61, 60, 0), { name: 'SpecError', message: /61.* 60 / });
		const tooFew = { ...smallSpec(7, 60, 0), architecture: { ...architecture, classes: 5 } };
		await assert.rejects(engine.compile(tooFew), { name: 'SpecError', message: /\[4\].* 5 classes/ });
	});

	test(`${name}: memory does not grow over 50 epochs`, async () => {
		// 260 KiB of weights: one copy left behind in each of the 250 updates would be 65 MiB.
		const layers: LayerSpec[] = [
			{ kind: 'dense', units: 1024, initializer: 'heNormal' },
			{ kind: 'relu' },
			{ kind: 'dense', units: 4, initializer: 'heNormal' },
		];
		const spec = { ...smallSpec(10, 50, 0.9), architecture: { ...architecture, inputShape: [60], layers } };
		const rows = randomRows({ count: 50, width: 60, classes: 4, seed: 11 });
		const program = await engine.compile(spec);
		const after = async (from: number, epochs: number, state: TrainingState) => {
			const trained = await train(program, rows, { state, from, epochs, eta: 0.01 });
			await program.evaluate({ state: trained.state, rows, indexes: everyRow(50) });
			collectGarbage();
			return { state: trained.state, mebibytes: process.memoryUsage.rss() / 2 ** 20 };
		};
		const warm = await after(1, 10, program.initialState(seed));
		const late = await after(11, 50, warm.state);
		const grown = late.mebibytes - warm.mebibytes;
		assert.ok(grown < 24, `grew by ${grown.toFixed(0)} MiB`);
	});

	testLayers(name, () => engine);
}
