import { z } from 'zod';

/** `running → queued` happens on a lost lease or a preemption; terminal never changes except by `retry-failed` or `retry`. */
export const TrialState = z.enum(['pending', 'queued', 'running', 'succeeded', 'failed', 'pruned', 'cancelled']);
export type TrialState = z.infer<typeof TrialState>;

export const terminalTrialStates = ['succeeded', 'failed', 'pruned', 'cancelled'] as const satisfies TrialState[];

/** Derived from the sweep's trials and from what its owner asked for; one failed trial never fails a sweep. */
export const SweepState = z.enum([
	'queued',
	'running',
	'paused',
	'stopping',
	'cancelling',
	'completed',
	'failed',
	'cancelled',
]);
export type SweepState = z.infer<typeof SweepState>;

export const terminalSweepStates = ['completed', 'failed', 'cancelled'] as const satisfies SweepState[];

/** Why a trial is `failed`; the message beside it says what a person can do. */
export const FailureReason = z.enum([
	'diverged',
	'out_of_memory',
	'bad_config',
	'infrastructure',
	'timeout',
	'unknown',
]);
export type FailureReason = z.infer<typeof FailureReason>;

/** How an attempt ended; `null` in storage while it runs. */
export const AttemptOutcome = z.enum(['succeeded', 'failed', 'released', 'lost', 'cancelled']);
export type AttemptOutcome = z.infer<typeof AttemptOutcome>;

/** What a heartbeat's reply tells the worker to do. `fenced` means the lease is gone: stop and write nothing. */
export const Directive = z.enum(['continue', 'release', 'cancel', 'fenced']);
export type Directive = z.infer<typeof Directive>;

export function isTerminalTrial(state: TrialState): boolean {
	return (terminalTrialStates as readonly string[]).includes(state);
}

export function isTerminalSweep(state: SweepState): boolean {
	return (terminalSweepStates as readonly string[]).includes(state);
}
