import {
	type Attempt,
	cancelRunning,
	failAttempt,
	heldBy,
	isUnwanted,
	isWaiting,
	type Model,
	park,
	windDown,
} from './model.ts';

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

function isOverBudget(model: Model): boolean {
	if (!['queued', 'running'].includes(model.state)) return false;
	const failed = model.trials.filter(({ state }) => state === 'failed').length;
	return (
		(model.overtime && model.state !== 'queued') || (model.maxFailedTrials !== null && failed > model.maxFailedTrials)
	);
}
