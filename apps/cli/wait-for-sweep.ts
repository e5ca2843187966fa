import type { Sweep } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { exitCodes } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { count, duration } from './format.ts';
import type { Shell } from './shell.ts';
import { followToEnd } from './watch-sweep.ts';

/**
 * Waits for the end of a sweep.
 * @throws Failure (timeout) when it has not ended in time; it goes on
 */
export async function waitForSweep(shell: Shell, sweepId: string, timeoutSeconds: number | undefined): Promise<Sweep> {
	const timeout = timeoutSeconds === undefined ? undefined : AbortSignal.timeout(timeoutSeconds * 1000);
	const signal = timeout ? AbortSignal.any([shell.interrupted, timeout]) : shell.interrupted;
	try {
		return await followToEnd(shell, await shell.client.getSweep(sweepId, { signal }), signal);
	} catch (error) {
		if (!timeout?.aborted || shell.interrupted.aborted) throw error;
		// The time may have been up while the last answer was on its way.
		const last = await shell.client.getSweep(sweepId, { signal: lastLook(shell) }).catch(() => undefined);
		if (last !== undefined && isTerminalSweep(last.state)) return last;
		throw timeoutFailure(shell, sweepId, timeoutSeconds!, last);
	}
}

const lastLook = (shell: Shell) => AbortSignal.any([shell.interrupted, AbortSignal.timeout(5000)]);

function timeoutFailure(shell: Shell, sweepId: string, timeoutSeconds: number, sweep: Sweep | undefined): Failure {
	const ended = sweep && sweep.counts.succeeded + sweep.counts.failed + sweep.counts.pruned + sweep.counts.cancelled;
	const state = sweep ? `: it is ${sweep.state}, ${ended} of ${count(sweep.counts.total, 'trial')} have ended` : '';
	return new Failure(exitCodes.timeout, `${sweepId} has not ended after ${duration(timeoutSeconds)}${state}.`, {
		hint: `it goes on; wait longer with "${shell.commandLine('wait', sweepId)}", or end it with "${shell.commandLine('cancel', sweepId)}".`,
	});
}

/** What a sweep that did not complete makes of a command that needs its results. */
export function requireCompleted(shell: Shell, sweep: Sweep): void {
	if (sweep.state === 'completed') return;
	const { failed, total } = sweep.counts;
	const why = sweep.stopReason ?? `${failed} of ${count(total, 'trial')} failed`;
	throw new Failure(exitCodes.failed, `${sweep.id} is ${sweep.state}: ${why}.`, {
		hint: `"${shell.commandLine('trials', sweep.id, '--state', 'failed')}" says why.`,
	});
}
