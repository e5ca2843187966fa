import type { Trial } from '@basin/core/contracts/api.ts';
import type { Device } from '@basin/core/contracts/device.ts';
import type { FailureReason, TrialState } from '@basin/core/contracts/states.ts';
import type { TrialResult } from '@basin/core/contracts/training.ts';
import type postgres from 'postgres';
import type { Queryable } from '../client.ts';

export type TrialRow = {
	id: string;
	sweep_id: string;
	configuration_no: number;
	batch_size: number;
	eta: number;
	lambda: number;
	hash: string;
	seed: number;
	state: TrialState;
	attempt_no: number;
	epochs: number;
	epochs_done: number;
	reason: FailureReason | null;
	message: string | null;
	device: Device | null;
	result: TrialResult | null;
	created_at: string;
	started_at: string | null;
	finished_at: string | null;
};

/** Trials with their configuration, device and result; `rest` is the `where` and what follows. */
export function selectTrials(sql: Queryable, rest: postgres.Fragment): postgres.PendingQuery<TrialRow[]> {
	return sql<TrialRow[]>`
		select trial.id, trial.sweep_id, trial.configuration_no, trial.batch_size, configuration.eta, configuration.lambda,
			configuration.hash, trial.seed, trial.state, trial.attempt_no, sweep.epochs, trial.epochs_done, trial.reason,
			trial.message, device.body as device, result.body - 'milestones' as result, trial.created_at, trial.started_at, trial.finished_at
		from trial
		join sweep on sweep.id = trial.sweep_id
		join configuration
			on configuration.sweep_id = trial.sweep_id and configuration.configuration_no = trial.configuration_no
		left join result on result.trial_id = trial.id
		left join device on device.key = trial.device_key
		${rest}`;
}

export function toTrial(row: TrialRow): Trial {
	return {
		id: row.id,
		sweepId: row.sweep_id,
		configuration: { batchSize: row.batch_size, eta: row.eta, lambda: row.lambda },
		configurationHash: row.hash,
		seed: row.seed,
		state: row.state,
		attemptNo: row.attempt_no,
		epochs: row.epochs,
		epochsDone: row.epochs_done,
		reason: row.reason,
		message: row.message,
		device: row.device,
		result: row.result,
		createdAt: row.created_at,
		startedAt: row.started_at,
		finishedAt: row.finished_at,
	};
}
