/**
 * Test accuracy of the lecture's optimiser on MNIST (784-128-10, relu, He normal, three seeds), beside the numbers that Basin
 * promises to reach. Every trial runs as a worker runs it. About a minute on one core.
 * usage: node bench/engine-accuracy.ts [--epochs 10] [--seeds 3]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { EpochMetrics } from '@basin/core/contracts/training.ts';
import { defaultTrainingRule } from '@basin/core/contracts/training-rule.ts';
import { loadMnist } from '@basin/gpu-worker/datasets/mnist.ts';
import { describeDevice } from '@basin/gpu-worker/device.ts';
import { createOnnxEngine } from '@basin/gpu-worker/engines/onnx/engine.ts';
import { runTrial } from '@basin/gpu-worker/run-trial.ts';

/** Mean and standard deviation over three seeds, %, after the epochs of `columns`. */
const columns = [1, 5, 10] as const;
const published = [
	{ batchSize: 10, eta: 0.01, lambda: 0.9, accuracy: ['95.74 ± .48', '97.70 ± .09', '97.98 ± .05'] },
	{ batchSize: 100, eta: 0.1, lambda: 0, accuracy: ['92.65 ± .32', '96.39 ± .14', '97.25 ± .05'] },
	{ batchSize: 100, eta: 0.05, lambda: 0.9, accuracy: ['95.88 ± .16', '97.54 ± .07', '97.93 ± .10'] },
	{ batchSize: 1000, eta: 0.1, lambda: 0.9, accuracy: ['91.55 ± .27', '96.06 ± .06', '97.14 ± .02'] },
	{ batchSize: 10_000, eta: 0.1, lambda: 0.9, accuracy: ['71.33 ± 1.21', '89.54 ± .16', '92.21 ± .09'] },
];

const { values: options } = parseArgs({
	options: { epochs: { type: 'string', default: '10' }, seeds: { type: 'string', default: '3' } },
});
const epochs = Number(options.epochs);
const seeds = Array.from({ length: Number(options.seeds) }, (_, seed) => seed);
const engine = createOnnxEngine({ threads: 1 });
const device = describeDevice(engine, { threads: 1, slots: 1 });
const mnist = loadMnist();
const loadDataset = () => mnist;
const outputDir = await mkdtemp(join(tmpdir(), 'basin-accuracy-'));

console.log(
	`${device.label}; ${seeds.length} seeds; test accuracy %, ours | theirs (difference in standard deviations)`,
);
for (const { accuracy, ...configuration } of published) {
	const curves: number[][] = [];
	for (const seed of seeds) curves.push(await trainCurve(configuration, seed));
	const cells = columns.map((epoch, column) => {
		if (epoch > epochs) return '';
		const ours = describe(curves.map((curve) => curve[epoch - 1]! * 100));
		const [mean, deviation] = accuracy[column]!.split(' ± ').map(Number) as [number, number];
		const apart = (ours.mean - mean) / Math.hypot(ours.deviation, deviation);
		const text = `${ours.mean.toFixed(2)} ± ${ours.deviation.toFixed(2)} | ${accuracy[column]} (${apart.toFixed(1)})`;
		return `epoch ${epoch}: ${text}`;
	});
	const { batchSize, eta, lambda } = configuration;
	console.log(`B ${batchSize}, η ${eta}, λ ${lambda}`.padEnd(26), cells.filter(Boolean).join('   '));
}
await engine.close();
await rm(outputDir, { recursive: true });

/** Test accuracy after each epoch. */
async function trainCurve(configuration: { batchSize: number; eta: number; lambda: number }, seed: number) {
	const curve: number[] = [];
	const assignment = {
		trialId: 'accuracy',
		sweepId: 'accuracy',
		attemptNo: 1,
		configuration,
		seed,
		dataset: { name: 'mnist' as const, validation: 'test' as const, splitSeed: 0 },
		model: { preset: 'mlp' as const, hidden: [128], activation: 'relu' as const, initializer: 'heNormal' as const },
		epochs,
		engine: 'onnx' as const,
		...defaultTrainingRule,
		checkpoints: [],
		leaseExpiresAt: '',
	};
	const onEpoch = async ({ valAccuracy }: EpochMetrics) => void curve.push(valAccuracy!);
	const outcome = await runTrial(assignment, { engine, device, loadDataset, outputDir, gitCommit: null, onEpoch });
	if (outcome.type === 'failed') throw new Error(outcome.message);
	return curve;
}

function describe(values: number[]) {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
