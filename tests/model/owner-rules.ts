import { isTerminalSweep, isTerminalTrial, type SweepState } from '@basin/core/contracts/states.ts';
import {
	askToCancel,
	cancelWaiting,
	closeSweep,
	isUnwanted,
	isWaiting,
	type Model,
	type ModelTrial,
	newTrial,
	park,
	requeue,
	trialOf,
	windDown,
} from './model.ts';

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
		curve: [],
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
