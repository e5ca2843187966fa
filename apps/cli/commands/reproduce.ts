import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Artifact, TrialWithAttempts } from '@basin/client';
import { ProviderName, readEnv } from '@basin/core/contracts/env.ts';
import { RunRecord } from '@basin/core/contracts/run-record.ts';
import type { EpochMetrics } from '@basin/core/contracts/training.ts';
// The one part of the worker that the command line uses, and only when it trains: see biome.json.
import type { TrainedAgain } from '@basin/gpu-worker/train-again.ts';
import { Command, Option } from 'commander';
import { jsonOption, trialIdArgument } from '../arguments.ts';
import { pullArtifact } from '../artifact-download.ts';
import { exitCodes } from '../exit-codes.ts';
import { Failure, usageFailure } from '../failure.ts';
import { configurationText, count } from '../format.ts';
import { addExamples } from '../help.ts';
import { compareRuns, lossDeviationOf, type Reproduction, type Run } from '../reproduction.ts';
import { epochText, reproductionText } from '../reproduction-text.ts';
import type { Shell } from '../shell.ts';

type Options = { json?: boolean; provider?: ProviderName };

/** What the API has of a trial. */
type Recorded = { trial: TrialWithAttempts; record: RunRecord; epochs: EpochMetrics[]; artifacts: Artifact[] };

/** `basin reproduce TRIAL` */
export function reproduceCommand(shell: Shell): Command {
	const command = new Command('reproduce')
		.description('train a trial again on this machine and compare every epoch with what was recorded')
		.argument('<trial>', 'its id', trialIdArgument)
		.addOption(
			new Option('--provider <name>', 'compute there instead of where it was recorded').choices(ProviderName.options),
		)
		.addOption(jsonOption())
		.addHelpText(
			'after',
			`\nOn the same device class all numbers are equal, bit for bit, else it exits ${exitCodes.deviates}. On another one the losses of the first\n100 updates agree to 1e-4 and the accuracies to 0.2 points, else it exits ${exitCodes.deviates}.`,
		)
		.action(async (trialId: string, options: Options) => {
			const folder = await mkdtemp(join(tmpdir(), 'basin-reproduce-'));
			try {
				const found = await reproduce(shell, trialId, options, folder);
				for (const warning of found.warnings) shell.note(`${shell.styleNote('yellow', 'warning:')} ${warning}`);
				if (options.json) shell.printJson({ trialId, ...found });
				else shell.print(reproductionText(found));
				if (found.verdict === 'deviates') shell.exitCode = exitCodes.deviates;
			} finally {
				await rm(folder, { recursive: true, force: true });
			}
		});
	return addExamples(command, shell, [
		['reproduce trl_…'],
		['reproduce trl_… --provider webgpu', 'on the GPU what was trained on the CPU'],
	]);
}

async function reproduce(shell: Shell, trialId: string, options: Options, folder: string): Promise<Reproduction> {
	const recorded = await fetchRecorded(shell, trialId, folder);
	const { record } = recorded;
	const outputDir = join(folder, 'again');
	await mkdir(outputDir);
	const again = await trainHere(shell, recorded, options, outputDir);
	const here: Run = {
		record: again.record,
		ending: again.outcome.type === 'finished' ? 'succeeded' : again.outcome.reason,
		epochs: again.epochs,
		testAccuracy: again.outcome.type === 'finished' ? again.outcome.result.testAccuracy : null,
		bestValAccuracy: again.outcome.type === 'finished' ? again.outcome.result.valAccuracy : null,
		modelSha256: again.outcome.type === 'finished' ? await sha256Of(join(outputDir, 'model.onnx')) : null,
	};
	return compareRuns({ record, ...runOf(recorded) }, here, again.modelAccuracy);
}

function runOf({ trial, epochs, artifacts }: Recorded): Omit<Run, 'record'> {
	return {
		ending: trial.state === 'failed' ? (trial.reason ?? 'failed') : trial.state,
		epochs,
		testAccuracy: trial.result?.testAccuracy ?? null,
		bestValAccuracy: trial.result?.valAccuracy ?? null,
		modelSha256: artifacts.find(({ name }) => name === 'model.onnx')?.sha256 ?? null,
	};
}

/** @throws Failure when the trial cannot be trained again, or its files do not say what the API says */
async function fetchRecorded(shell: Shell, trialId: string, folder: string): Promise<Recorded> {
	const call = { signal: shell.interrupted };
	const trial = await shell.client.getTrial(trialId, call);
	const { items: artifacts } = await shell.client.listArtifacts(trialId, call);
	const file = artifacts.find(({ name }) => name === 'spec.json');
	if (file === undefined)
		throw usageFailure(
			`The trial is ${trial.state} and left no spec.json: only one that succeeded or diverged can be trained again.`,
		);
	const { path } = await pullArtifact(file, folder, shell.interrupted);
	const record = readRecord(await readFile(path, 'utf8'), trial);
	const epochs: EpochMetrics[] = [];
	for await (const epoch of shell.client.eachMetric(trialId, {}, call)) epochs.push(epoch);
	return { trial, record, epochs, artifacts };
}

function readRecord(text: string, trial: TrialWithAttempts): RunRecord {
	const parsed = RunRecord.safeParse(JSON.parse(text));
	if (!parsed.success) {
		const [issue] = parsed.error.issues;
		throw new Failure(
			exitCodes.failed,
			`spec.json is not one that this version of Basin reads: ${issue?.path.join('.')} ${issue?.message}.`,
		);
	}
	if (parsed.data.trialId !== trial.id)
		throw new Failure(exitCodes.failed, `spec.json is that of ${parsed.data.trialId}, not of ${trial.id}.`);
	return parsed.data;
}

async function trainHere(
	shell: Shell,
	{ record, epochs }: Recorded,
	{ provider }: Options,
	outputDir: string,
): Promise<TrainedAgain> {
	const { environment } = shell.surroundings;
	const { BASIN_DATASETS, BASIN_HOME } = readEnv(environment);
	shell.note(
		`Training ${record.trialId} again: ${record.dataset.name}, ${configurationText(record.configuration)}, seed ${record.seed}, ${count(record.epochs, 'epoch')}.`,
	);
	// 0.5 s of modules that no other command needs.
	const { trainAgain } = await import('@basin/gpu-worker/train-again.ts').catch(explainMissingEngine);
	return trainAgain({
		record,
		provider,
		folder: resolve(BASIN_DATASETS ?? join(BASIN_HOME, 'datasets')),
		download: async ({ signal }) => downloadDataset(shell, record.dataset.sha256, signal),
		outputDir,
		environment,
		signal: shell.interrupted,
		onEpoch: (metrics) => {
			const recorded = epochs[metrics.epoch - 1];
			const deviation = recorded === undefined ? null : lossDeviationOf(recorded, metrics);
			shell.note(epochText(metrics, record.epochs, deviation));
		},
	});
}

/** The published command has no engine in it. */
function explainMissingEngine(error: unknown): never {
	const { code, message } = error as NodeJS.ErrnoException;
	if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes("'@basin/gpu-worker'")) throw error;
	throw usageFailure(
		'This package is the command line only; the engine that trains comes with the repository.',
		'in a checkout of Basin, "npm install", then the same command.',
	);
}

/** The content of an uploaded data set; null when Basin has none of this hash any more. */
async function downloadDataset(shell: Shell, sha256: string, signal: AbortSignal): Promise<Readable | null> {
	const { items } = await shell.client.listDatasets({ signal });
	const found = items.find((one) => one.sha256 === sha256);
	if (!found?.id) return null;
	const { url } = await shell.client.getDatasetContent(found.id, { signal });
	const response = await fetch(url, { signal });
	if (!response.ok || response.body === null)
		throw new Failure(exitCodes.failed, `The store answered ${response.status} for the data set ${found.name}.`);
	return Readable.from(response.body);
}

async function sha256Of(path: string): Promise<string> {
	return createHash('sha256')
		.update(await readFile(path))
		.digest('hex');
}
