import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DatasetSpec, ModelSpec, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { makeSpirals } from '@basin/gpu-worker/datasets/spirals.ts';
import { splitDataset } from '@basin/gpu-worker/datasets/split.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import { createOnnxEngine } from '@basin/gpu-worker/engines/onnx/engine.ts';
import type { NamedArray } from '@basin/gpu-worker/engines/port.ts';
import type { LabContext } from './experiment.ts';
import { sweepOf, trialOf } from './testing/sweeps.ts';
import { trainingAccuracies } from './training-accuracy.ts';

const engine = createOnnxEngine({ threads: 1 });
after(() => engine.close());

const dataset = makeSpirals();
const spec: SweepSpecInput = {
	dataset: { name: 'spirals', validation: 0.25, trainExamples: 150 },
	model: { layers: [{ type: 'dense', units: dataset.classes }] },
};

function contextWith(weights: Map<string, ReadonlyMap<string, NamedArray>>): LabContext {
	return {
		openEngine: async () => engine,
		loadDataset: async () => dataset,
		loadWeights: async (trialId: string) => weights.get(trialId)!,
		signal: new AbortController().signal,
	} as unknown as LabContext;
}

test('training accuracy is the share of the examples trained on that the kept weights get right, of these only', async () => {
	const architecture = resolveArchitecture(ModelSpec.parse(spec.model), dataset);
	const program = await engine.compile({
		...{ architecture, loss: { kind: 'softmaxCrossEntropy' }, optimizer: { kind: 'sgd' } },
		...{ batchSize: 10, rowsPerEpoch: 150 },
	});
	const { parameters } = program.initialState(3);
	const { train } = splitDataset(dataset, DatasetSpec.parse(spec.dataset));
	const [width, weight] = [dataset.inputShape[0]!, parameters.get('dense1/weight')!];
	const logit = (row: number, unit: number) =>
		Array.from(
			{ length: width },
			(_, i) => train.rows.values[row * width + i]! * weight.values[i * dataset.classes + unit]!,
		).reduce((sum, part) => sum + part, 0);
	const guess = (row: number) => {
		const logits = Array.from({ length: dataset.classes }, (_, unit) => logit(row, unit));
		return logits.indexOf(Math.max(...logits));
	};
	const correct = train.indexes.filter((row) => guess(row) === train.rows.labels[row]).length;
	assert.ok(correct > 0 && correct < 150, `${correct} of 150 tell nothing`);

	const trials = [
		trialOf({ trialId: 'trl_kept', accuracies: [0.5] }),
		trialOf({ trialId: 'trl_diverged', accuracies: [0.1], diverged: true }),
	];
	const found = await trainingAccuracies(contextWith(new Map([['trl_kept', parameters]])), {
		...sweepOf(trials),
		spec,
	});
	assert.deepEqual([...found], [['trl_kept', correct / 150]]);
});

test('without trials no data set is opened', async () => {
	assert.equal((await trainingAccuracies({} as LabContext, sweepOf([]))).size, 0);
});
