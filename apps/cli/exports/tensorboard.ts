import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sweep } from '@basin/client';
import type { TrialState } from '@basin/core/contracts/states.ts';
import {
	type SessionStatus,
	scalarsEvent,
	sessionEndEvent,
	sessionStartEvent,
	versionEvent,
} from './tensorboard-events.ts';
import { tfRecord } from './tfrecord.ts';
import { parametersOf, runName, scalarsOf, type TrialRun } from './trial-runs.ts';

/** Writes one folder for each trial with its event file; answers how many. `tensorboard --logdir FOLDER` opens them. */
export async function writeTensorboard(folder: string, sweep: Sweep, runs: AsyncIterable<TrialRun>): Promise<number> {
	let written = 0;
	for await (const run of runs) {
		const runFolder = join(folder, runName(run.trial));
		await mkdir(runFolder, { recursive: true });
		// The name is the trial's, so that a later export replaces the file instead of adding to the run.
		await writeFile(join(runFolder, `events.out.tfevents.0.${run.trial.id}`), eventFile(run, sweep));
		written++;
	}
	return written;
}

/** The event file of one trial: hyperparameters, the scalars of every epoch by step, and how it ended. */
export function eventFile({ trial, points }: TrialRun, sweep: Sweep): Uint8Array {
	const startedAt = secondsOf(trial.startedAt ?? trial.createdAt);
	const endedAt = secondsOf(trial.finishedAt ?? points.at(-1)?.recordedAt ?? trial.createdAt);
	const events = [
		versionEvent(startedAt),
		sessionStartEvent(
			{ wallTimeSeconds: startedAt, step: 0 },
			{ hparams: parametersOf(trial, sweep), group: trial.configurationHash },
		),
		...points.map((point) =>
			scalarsEvent({ wallTimeSeconds: secondsOf(point.recordedAt), step: point.epoch }, tagged(scalarsOf(point))),
		),
		sessionEndEvent({ wallTimeSeconds: endedAt, step: 0 }, statuses[trial.state]),
	];
	return Buffer.concat(events.map(tfRecord));
}

const statuses: Record<TrialState, SessionStatus> = {
	pending: 'unknown',
	queued: 'unknown',
	running: 'running',
	succeeded: 'success',
	failed: 'failure',
	pruned: 'failure',
	cancelled: 'failure',
};

const tags: Record<string, string> = {
	trainLoss: 'loss/train',
	valLoss: 'loss/validation',
	trainAccuracy: 'accuracy/train',
	valAccuracy: 'accuracy/validation',
	epochSeconds: 'seconds/epoch',
	validationSeconds: 'seconds/validation',
};

/** Charts of one kind lie together: TensorBoard groups by what comes before the slash. */
function tagged(scalars: Record<string, number>): Record<string, number> {
	return Object.fromEntries(Object.entries(scalars).map(([name, value]) => [tags[name]!, value]));
}

function secondsOf(iso: string): number {
	return Date.parse(iso) / 1000;
}
