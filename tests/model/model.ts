import {
	type AttemptOutcome,
	type Directive,
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

function newTrial(): ModelTrial {
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

/** Answers the attempt's number, or null: not to be claimed. */
export function claim(model: Model, index: number): number | null {
	const trial = trialOf(model, index);
	if (!trial || !isWaiting(trial) || !trial.due || !['queued', 'running'].includes(model.state)) return null;
	trial.attempts.push(null);
	const newest = newestCheckpoint(trial);
	Object.assign(trial, { state: 'running', redispatches: 0, sent: 'no', leaseLapsed: false });
	Object.assign(trial, { curve: trial.curve.slice(0, newest), hasBegun: newest === 0 });
	if (model.state === 'queued') model.state = 'running';
	model.started = true;
	return trial.attempts.length;
}

export function heartbeat(model: Model, attempt: Attempt): Directive {
	const trial = heldBy(model, attempt);
	if (!trial) return 'fenced';
	trial.leaseLapsed = false;
	if (trial.cancel !== 'no') return 'cancel';
	return model.state === 'paused' ? 'release' : 'continue';
}

export function recordEpoch(model: Model, attempt: Attempt, epoch: number): boolean {
	const trial = heldBy(model, attempt);
	if (!trial) return false;
	trial.curve[epoch - 1] = attempt.attemptNo;
	return true;
}

/** Answers how many older ones nobody needs any more, or null: fenced. */
export function recordCheckpoint(model: Model, attempt: Attempt, epoch: number): number | null {
	const trial = heldBy(model, attempt);
	if (!trial) return null;
	const all = [...trial.checkpoints.filter((other) => other !== epoch), epoch];
	trial.checkpoints = all.slice(-2);
	return all.length - trial.checkpoints.length;
}

/** The attempt goes on from this checkpoint (0: from the start); only its first word counts. */
export function goOnFrom(model: Model, attempt: Attempt, epoch: number): boolean {
	const trial = heldBy(model, attempt);
	if (!trial) return false;
	if (trial.hasBegun) return true;
	const checkpoints = trial.checkpoints.filter((other) => other <= epoch);
	Object.assign(trial, { checkpoints, curve: trial.curve.slice(0, epoch), hasBegun: true });
	return true;
}

export function finish(model: Model, attempt: Attempt): boolean {
	const trial = heldBy(model, attempt);
	if (!trial) return false;
	end(trial, 'succeeded', 'succeeded');
	closeSweep(model);
	return true;
}

export function fail(model: Model, attempt: Attempt, reason: FailureReason): boolean {
	return failAttempt(model, attempt, reason, 'failed') !== null;
}

export function release(model: Model, attempt: Attempt): boolean {
	const trial = heldBy(model, attempt);
	if (!trial) return false;
	if (trial.cancel !== 'no' || isUnwanted(model)) return cancelRunning(model, attempt);
	trial.attempts[attempt.attemptNo - 1] = 'released';
	requeue(trial, { due: true });
	return true;
}

export function acknowledgeCancel(model: Model, attempt: Attempt): boolean {
	return heldBy(model, attempt)?.cancel === 'no' ? false : cancelRunning(model, attempt);
}

/** Answers the code of the refusal, or null. */
export function cancelTrial(model: Model, index: number): string | null {
	const trial = trialOf(model, index);
	if (!trial) return 'trial_not_found';
	if (isTerminalTrial(trial.state)) return 'already_terminal';
	if (trial.state === 'running') askToCancel(trial);
	else {
		cancelWaiting(trial);
		closeSweep(model);
	}
	return null;
}

export function cancelSweep(model: Model): string | null {
	if (model.deleted) return 'sweep_not_found';
	if (isTerminalSweep(model.state)) return 'already_terminal';
	model.state = 'cancelling';
	windDown(model);
	return null;
}

export function pause(model: Model): string | null {
	const refused = refusalOf(model, ['stopping', 'cancelling']);
	if (refused || model.state === 'paused') return refused;
	model.state = 'paused';
	park(model);
	return null;
}

export function resume(model: Model): string | null {
	const refused = refusalOf(model, ['stopping', 'cancelling']);
	if (refused || model.state !== 'paused') return refused;
	model.state = model.started ? 'running' : 'queued';
	for (const trial of model.trials.filter(isWaiting)) {
		trial.dispatchNo++;
		Object.assign(trial, { unsent: [trial.dispatchNo], sent: 'no', redispatches: 0 });
	}
	closeSweep(model);
	return null;
}

export function stop(model: Model): string | null {
	const refused = refusalOf(model, ['cancelling']);
	if (refused || model.state === 'stopping') return refused;
	model.state = 'stopping';
	windDown(model);
	return null;
}

/** Answers null, or the code of the refusal. */
export function retryTrial(model: Model, index: number): string | null {
	const trial = trialOf(model, index);
	if (!trial) return 'trial_not_found';
	if (isUnwanted(model)) return 'state_conflict';
	if (trial.state === 'failed') {
		renew(trial);
		reopen(model);
	}
	return isTerminalTrial(trial.state) ? 'already_terminal' : null;
}

/** Answers how many trials got a new budget, or the code of the refusal. */
export function retryFailed(model: Model): number | string {
	if (model.deleted) return 'sweep_not_found';
	if (isUnwanted(model)) return 'state_conflict';
	const failed = model.trials.filter(({ state }) => state === 'failed');
	for (const trial of failed) renew(trial);
	if (failed.length > 0) reopen(model);
	return failed.length;
}

function renew(trial: ModelTrial): void {
	Object.assign(trial, {
		infrastructureFailures: 0,
		unknownFailures: 0,
		reason: null,
		cancel: 'no',
		redispatches: 0,
	});
	requeue(trial, { due: true });
}

/** Answers how many trials were added. */
export function extend(model: Model, seed: number): number | string {
	if (model.deleted) return 'sweep_not_found';
	if (isUnwanted(model)) return 'state_conflict';
	if (model.seeds.includes(seed)) return 0;
	model.seeds.push(seed);
	model.trials.push(...Array.from({ length: model.configurations }, newTrial));
	reopen(model);
	return model.configurations;
}

function reopen(model: Model): void {
	if (isTerminalSweep(model.state)) {
		model.state = model.started ? 'running' : 'queued';
		model.overtime = false;
	}
	if (model.state === 'paused') park(model);
}

/** Takes back the messages of what waits. */
function park(model: Model): void {
	for (const trial of model.trials.filter(isWaiting)) Object.assign(trial, { unsent: [], sent: 'no' });
}

function refusalOf(model: Model, conflicts: SweepState[]): string | null {
	if (model.deleted) return 'sweep_not_found';
	if (isTerminalSweep(model.state)) return 'already_terminal';
	return conflicts.includes(model.state) ? 'state_conflict' : null;
}

export function deleteSweep(model: Model): string | null {
	if (model.deleted) return 'sweep_not_found';
	if (!isTerminalSweep(model.state)) return 'not_terminal';
	model.deleted = true;
	model.trials = [];
	return null;
}

/** Sends what is due; of the trials in `refused` the queue takes nothing. Answers how many messages it took. */
export function relay(model: Model, refused: readonly number[]): number {
	let taken = 0;
	for (const [index, trial] of model.trials.entries()) {
		// A trial that waits for its retry has one message that is not due yet, the newest.
		const due = trial.unsent.filter((dispatchNo) => dispatchNo < trial.dispatchNo || trial.due);
		if (refused.includes(index)) continue;
		taken += due.length;
		trial.unsent = trial.unsent.filter((dispatchNo) => !due.includes(dispatchNo));
		if (isWaiting(trial) && due.includes(trial.dispatchNo)) Object.assign(trial, { state: 'queued', sent: 'lately' });
	}
	return taken;
}

export type Reconciled = { requeued: number; failed: number; redispatched: number; cancelled: number; closed: number };

export function reconcile(model: Model): Reconciled {
	const counts: Reconciled = { requeued: 0, failed: 0, redispatched: 0, cancelled: 0, closed: 0 };
	const outcomes = { queued: 'requeued', failed: 'failed', cancelled: 'cancelled' } as const;
	for (const [index, trial] of model.trials.entries()) {
		if (trial.state !== 'running' || !trial.leaseLapsed) continue;
		const state = expireLease(model, { trial: index, attemptNo: trial.attempts.length });
		if (state) counts[outcomes[state]]++;
	}
	for (const [index, trial] of model.trials.entries()) {
		if (trial.state !== 'running' || trial.cancel !== 'overdue') continue;
		if (cancelRunning(model, { trial: index, attemptNo: trial.attempts.length })) counts.cancelled++;
	}
	if (model.state === 'paused' && model.trials.some(({ state, sent }) => state === 'queued' && sent !== 'no'))
		park(model);
	if (isOverBudget(model)) model.state = 'stopping';
	if (isUnwanted(model)) counts.cancelled += windDown(model);
	for (const trial of model.trials) {
		if (trial.state !== 'queued' || trial.sent !== 'long ago') continue;
		trial.dispatchNo++;
		trial.unsent.push(trial.dispatchNo);
		Object.assign(trial, { sent: 'no', redispatches: trial.redispatches + 1 });
		counts.redispatched++;
	}
	return counts;
}

function expireLease(model: Model, attempt: Attempt): 'queued' | 'failed' | 'cancelled' | null {
	const trial = heldBy(model, attempt)!;
	if (trial.cancel !== 'no') return cancelRunning(model, attempt) ? 'cancelled' : null;
	return failAttempt(model, attempt, 'infrastructure', 'lost');
}

function failAttempt(model: Model, attempt: Attempt, reason: FailureReason, outcome: AttemptOutcome) {
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

function cancelRunning(model: Model, attempt: Attempt): boolean {
	const trial = heldBy(model, attempt);
	if (!trial) return false;
	end(trial, 'cancelled', 'cancelled');
	closeSweep(model);
	return true;
}

function windDown(model: Model): number {
	const waiting = model.trials.filter(isWaiting);
	for (const trial of waiting) cancelWaiting(trial);
	if (model.state === 'cancelling')
		for (const trial of model.trials.filter(({ state }) => state === 'running')) askToCancel(trial);
	closeSweep(model);
	return waiting.length;
}

function closeSweep(model: Model): void {
	if (isTerminalSweep(model.state) || !model.trials.every(({ state }) => isTerminalTrial(state))) return;
	const has = (state: TrialState) => model.trials.some((trial) => trial.state === state);
	if (model.state === 'cancelling') model.state = 'cancelled';
	else if (has('succeeded')) model.state = 'completed';
	else model.state = has('failed') || model.state === 'stopping' ? 'failed' : 'cancelled';
}

function isOverBudget(model: Model): boolean {
	if (!['queued', 'running'].includes(model.state)) return false;
	const failed = model.trials.filter(({ state }) => state === 'failed').length;
	return (
		(model.overtime && model.state !== 'queued') || (model.maxFailedTrials !== null && failed > model.maxFailedTrials)
	);
}

const isWaiting = ({ state }: ModelTrial) => state === 'pending' || state === 'queued';
const isUnwanted = ({ state }: Model) => state === 'stopping' || state === 'cancelling';

function trialOf(model: Model, index: number): ModelTrial | undefined {
	return model.trials[index];
}

const newestCheckpoint = ({ checkpoints }: ModelTrial) => checkpoints.at(-1) ?? 0;

/** The trial, if this attempt still has it; else the attempt is fenced. */
function heldBy(model: Model, { trial: index, attemptNo }: Attempt): ModelTrial | undefined {
	const trial = trialOf(model, index);
	return trial?.state === 'running' && trial.attempts.length === attemptNo ? trial : undefined;
}

function askToCancel(trial: ModelTrial): void {
	if (trial.cancel === 'no') trial.cancel = 'asked';
}

function cancelWaiting(trial: ModelTrial): void {
	Object.assign(trial, { state: 'cancelled', unsent: [], checkpoints: [] });
}

function requeue(trial: ModelTrial, { due }: { due: boolean }): void {
	trial.dispatchNo++;
	trial.unsent.push(trial.dispatchNo);
	Object.assign(trial, { state: 'queued', due, leaseLapsed: false, sent: 'no' });
}

function end(trial: ModelTrial, state: TrialState, outcome: AttemptOutcome): void {
	trial.attempts[trial.attempts.length - 1] = outcome;
	Object.assign(trial, { state, leaseLapsed: false, checkpoints: [] });
}
