import type { FailureReason, TrialState } from '../contracts/states.ts';

/**
 * What may follow what. The guard is a trigger in the database (migrations/0001_trial_states.sql), which this table is
 * compared with by a test: a worker that goes wrong is stopped where the state is stored, not where it is read.
 * `pending → running`: a worker can hold the message before the relay has noted that it was sent.
 */
export const trialTransitions: Record<TrialState, readonly TrialState[]> = {
	pending: ['queued', 'running', 'cancelled'],
	queued: ['running', 'cancelled'],
	running: ['queued', 'succeeded', 'failed', 'pruned', 'cancelled'],
	succeeded: [],
	failed: [],
	pruned: [],
	cancelled: [],
};

/** The one exception to "ended is final": `retry-failed` puts a failed trial on a new budget, and its attempts count on. */
export const newBudgetTransitions: Partial<Record<TrialState, readonly TrialState[]>> = { failed: ['queued'] };

export function canFollow(from: TrialState, to: TrialState): boolean {
	return trialTransitions[from].includes(to);
}

/**
 * How often a trial may fail for a reason and still be tried again. Infrastructure gets better by itself; what a
 * configuration does to its own training does not. Preemptions are no failures and are not counted.
 */
export const failureBudgets: Record<FailureReason, number> = {
	infrastructure: 5,
	unknown: 2,
	timeout: 2,
	diverged: 0,
	out_of_memory: 0,
	bad_config: 0,
};
