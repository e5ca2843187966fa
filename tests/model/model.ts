import {
	type AttemptOutcome,
	type FailureReason,
	isTerminalSweep,
	isTerminalTrial,
	type SweepState,
	type TrialState,
} from '@basin/core/contracts/states.ts';
import { failureBudgets } from '@basin/core/domain/trial-state.ts';

/**
 * What Basin promises of one sweep, as a state machine without a database: no locks, no statements, no clock. Time is a few
 * facts ("its lease has lapsed") that the test makes true in the database too.
 */
export type Model = {
	state: SweepState;
	deleted: boolean;
	/** A trial of it has been claimed. */
	started: boolean;
	/** It has run for longer than its budget of seconds. */
	overtime: boolean;
	maxFailedTrials: number | null;
	epochs: number;
	configurations: number;
	seeds: number[];
	trials: ModelTrial[];
};

export type ModelTrial = {
	state: TrialState;
	/** By number, from 1: how each ended; null while it runs. */
	attempts: (AttemptOutcome | null)[];
	/** By epoch, from 1: the attempt that recorded it. */
	curve: number[];
	/** Epochs of its checkpoints, the newest last. */
	checkpoints: number[];
	/** The newest attempt has said from which of them it goes on, or had none. */
	hasBegun: boolean;
	/** Numbers of the messages that the queue has not confirmed. */
	unsent: number[];
	dispatchNo: number;
	/** Whether the queue has the message of `dispatchNo`, and since when. */
	sent: 'no' | 'lately' | 'long ago';
	redispatches: number;
	due: boolean;
	leaseLapsed: boolean;
	cancel: 'no' | 'asked' | 'overdue';
	infrastructureFailures: number;
	unknownFailures: number;
	reason: FailureReason | null;
};

export type Attempt = { trial: number; attemptNo: number };

export type Start = {
	configurations: number;
	seeds: number[];
	epochs: number;
	maxFailedTrials: number | null;
	/** Of each trial, so that a budget can be used up within a few steps. */
	infrastructureFailures: number;
	unknownFailures: number;
};

export function newModel(input: Start): Model {
	const { configurations, seeds, epochs, maxFailedTrials } = input;
	const trials = Array.from({ length: configurations * seeds.length }, () => ({
		...newTrial(),
		infrastructureFailures: input.infrastructureFailures,
		unknownFailures: input.unknownFailures,
	}));
	const sweep = { epochs, maxFailedTrials, configurations, seeds: [...seeds], trials };
	return { state: 'queued', deleted: false, started: false, overtime: false, ...sweep };
}

export function newTrial(): ModelTrial {
	return {
		state: 'pending',
		attempts: [],
		curve: [],
		checkpoints: [],
		hasBegun: false,
		unsent: [1],
		dispatchNo: 1,
		sent: 'no',
		redispatches: 0,
		due: true,
		leaseLapsed: false,
		cancel: 'no',
		infrastructureFailures: 0,
		unknownFailures: 0,
		reason: null,
	};
}

export function failAttempt(model: Model, attempt: Attempt, reason: FailureReason, outcome: AttemptOutcome) {
	const trial = heldBy(model, attempt);
	if (!trial) return null;
	const isInfrastructure = reason === 'infrastructure';
	if (isInfrastructure) trial.infrastructureFailures++;
	if (reason === 'unknown' || reason === 'timeout') trial.unknownFailures++;
	const failures = isInfrastructure ? trial.infrastructureFailures : trial.unknownFailures;
	const budget = failureBudgets[reason];
	if (budget > 0 && failures <= budget) {
		if (trial.cancel === 'no' && !isUnwanted(model)) {
			trial.attempts[attempt.attemptNo - 1] = outcome;
			requeue(trial, { due: false });
			return 'queued';
		}
		end(trial, 'cancelled', outcome);
		closeSweep(model);
		return 'cancelled';
	}
	trial.reason = reason;
	end(trial, 'failed', outcome);
	closeSweep(model);
	return 'failed';
}

export function cancelRunning(model: Model, attempt: Attempt): boolean {
	const trial = heldBy(model, attempt);
	if (!trial) return false;
	end(trial, 'cancelled', 'cancelled');
	closeSweep(model);
	return true;
}

export function windDown(model: Model): number {
	const waiting = model.trials.filter(isWaiting);
	for (const trial of waiting) cancelWaiting(trial);
	if (model.state === 'cancelling')
		for (const trial of model.trials.filter(({ state }) => state === 'running')) askToCancel(trial);
	closeSweep(model);
	return waiting.length;
}

/** Takes back the messages of what waits. */
export function park(model: Model): void {
	for (const trial of model.trials.filter(isWaiting)) Object.assign(trial, { unsent: [], sent: 'no' });
}

export function closeSweep(model: Model): void {
	if (isTerminalSweep(model.state) || !model.trials.every(({ state }) => isTerminalTrial(state))) return;
	const has = (state: TrialState) => model.trials.some((trial) => trial.state === state);
	if (model.state === 'cancelling') model.state = 'cancelled';
	else if (has('succeeded')) model.state = 'completed';
	else model.state = has('failed') || model.state === 'stopping' ? 'failed' : 'cancelled';
}

export const isWaiting = ({ state }: ModelTrial) => state === 'pending' || state === 'queued';

export const isUnwanted = ({ state }: Model) => state === 'stopping' || state === 'cancelling';

export function trialOf(model: Model, index: number): ModelTrial | undefined {
	return model.trials[index];
}

export const newestCheckpoint = ({ checkpoints }: ModelTrial) => checkpoints.at(-1) ?? 0;

/** The trial, if this attempt still has it; else the attempt is fenced. */
export function heldBy(model: Model, { trial: index, attemptNo }: Attempt): ModelTrial | undefined {
	const trial = trialOf(model, index);
	return trial?.state === 'running' && trial.attempts.length === attemptNo ? trial : undefined;
}

export function askToCancel(trial: ModelTrial): void {
	if (trial.cancel === 'no') trial.cancel = 'asked';
}

export function cancelWaiting(trial: ModelTrial): void {
	Object.assign(trial, { state: 'cancelled', unsent: [], checkpoints: [] });
}

export function requeue(trial: ModelTrial, { due }: { due: boolean }): void {
	trial.dispatchNo++;
	trial.unsent.push(trial.dispatchNo);
	Object.assign(trial, { state: 'queued', due, leaseLapsed: false, sent: 'no' });
}

export function end(trial: ModelTrial, state: TrialState, outcome: AttemptOutcome): void {
	trial.attempts[trial.attempts.length - 1] = outcome;
	Object.assign(trial, { state, leaseLapsed: false, checkpoints: [] });
}
