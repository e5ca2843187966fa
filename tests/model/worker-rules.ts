import type { Directive, FailureReason } from '@basin/core/contracts/states.ts';
import {
	type Attempt,
	cancelRunning,
	closeSweep,
	end,
	failAttempt,
	heldBy,
	isUnwanted,
	isWaiting,
	type Model,
	newestCheckpoint,
	requeue,
	trialOf,
} from './model.ts';

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
