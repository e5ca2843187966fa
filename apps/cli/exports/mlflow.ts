import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Sweep } from '@basin/client';
import type { TrialState } from '@basin/core/contracts/states.ts';
import { stringify } from 'yaml';
import { parametersOf, runName, scalarsOf, type TrialRun } from './trial-runs.ts';

/**
 * Writes a sweep as an experiment of MLflow's file store, each trial as a run; answers how many. Ids are made from Basin's, so a later
 * export into the same folder replaces the runs.
 */
export async function writeMlflow(folder: string, sweep: Sweep, runs: AsyncIterable<TrialRun>): Promise<number> {
	const experimentId = experimentIdOf(sweep.id);
	const experimentFolder = resolve(folder, experimentId);
	await mkdir(experimentFolder, { recursive: true });
	await writeFile(
		join(experimentFolder, 'meta.yaml'),
		stringify(experimentMeta(sweep, experimentId, experimentFolder)),
	);
	let written = 0;
	for await (const run of runs) {
		await writeRun(experimentFolder, experimentId, sweep, run);
		written++;
	}
	return written;
}

/** MLflow's own are decimal numbers of eighteen digits. */
function experimentIdOf(sweepId: string): string {
	return (BigInt(`0x${digestOf(sweepId)}`) % 10n ** 18n).toString().padStart(18, '1');
}

const runIdOf = (trialId: string) => digestOf(trialId);

function digestOf(id: string): string {
	return createHash('sha256').update(id).digest('hex').slice(0, 32);
}

function experimentMeta(sweep: Sweep, experimentId: string, folder: string) {
	const createdAt = Date.parse(sweep.createdAt);
	return {
		artifact_location: pathToFileURL(folder).href,
		creation_time: createdAt,
		experiment_id: experimentId,
		last_update_time: createdAt,
		lifecycle_stage: 'active',
		// A name may be there once only, and Basin's names are not unique.
		name: `${sweep.name} ${sweep.id}`,
	};
}

async function writeRun(
	folder: string,
	experimentId: string,
	sweep: Sweep,
	{ trial, points }: TrialRun,
): Promise<void> {
	const runId = runIdOf(trial.id);
	const runFolder = join(folder, runId);
	await rm(runFolder, { recursive: true, force: true });
	const meta = {
		artifact_uri: pathToFileURL(join(runFolder, 'artifacts')).href,
		end_time: trial.finishedAt === null ? null : Date.parse(trial.finishedAt),
		entry_point_name: '',
		experiment_id: experimentId,
		lifecycle_stage: 'active',
		run_id: runId,
		run_name: runName(trial),
		source_name: '',
		source_type: 4,
		source_version: '',
		start_time: Date.parse(trial.startedAt ?? trial.createdAt),
		status: statusNumbers[trial.state],
		tags: [],
		user_id: 'basin',
	};
	await mkdir(join(runFolder, 'artifacts'), { recursive: true });
	await writeAll(join(runFolder, 'params'), stringsOf(parametersOf(trial, sweep)));
	await writeAll(join(runFolder, 'tags'), stringsOf(tagsOf(trial, sweep)));
	await writeAll(join(runFolder, 'metrics'), metricsOf({ trial, points }));
	await writeFile(join(runFolder, 'meta.yaml'), stringify(meta));
}

/** RunStatus of MLflow. */
const statusNumbers: Record<TrialState, number> = {
	running: 1,
	pending: 2,
	queued: 2,
	succeeded: 3,
	failed: 4,
	pruned: 5,
	cancelled: 5,
};

function tagsOf(trial: TrialRun['trial'], sweep: Sweep) {
	return {
		'mlflow.runName': runName(trial),
		'mlflow.source.type': 'JOB',
		'mlflow.source.name': 'basin',
		'mlflow.user': 'basin',
		'basin.sweepId': sweep.id,
		'basin.trialId': trial.id,
		'basin.configurationHash': trial.configurationHash,
		'basin.state': trial.state,
		...(trial.reason === null ? {} : { 'basin.reason': trial.reason }),
		...(trial.message === null ? {} : { 'basin.message': trial.message }),
		...(trial.device === null ? {} : { 'basin.device': trial.device.label }),
		...(Object.keys(sweep.labels).length === 0 ? {} : { 'basin.labels': JSON.stringify(sweep.labels) }),
	};
}

/** A file for each metric, a line for each epoch: time in milliseconds, value, step. What only the end knows has the last step. */
function metricsOf({ trial, points }: TrialRun): Record<string, string> {
	const files: Record<string, string> = {};
	const add = (name: string, at: string, value: number, step: number) => {
		files[name] = `${files[name] ?? ''}${Date.parse(at)} ${Number.isNaN(value) ? 'nan' : value} ${step}\n`;
	};
	for (const point of points) {
		for (const [name, value] of Object.entries(scalarsOf(point))) add(name, point.recordedAt, value, point.epoch);
	}
	const { result, finishedAt } = trial;
	if (result === null || finishedAt === null) return files;
	add('bestValAccuracy', finishedAt, result.valAccuracy, result.bestEpoch);
	add('epochSecondsMedian', finishedAt, result.epochSecondsMedian, result.epochs);
	if (result.testAccuracy !== null) add('testAccuracy', finishedAt, result.testAccuracy, result.epochs);
	return files;
}

function stringsOf(values: Record<string, string | number>): Record<string, string> {
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

async function writeAll(folder: string, files: Record<string, string>): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}
