import { BasinError } from '@basin/core/contracts/errors.ts';
import { isTerminalSweep, type SweepState } from '@basin/core/contracts/states.ts';

export function sweepNotFound(sweepId: string): BasinError {
	return new BasinError('sweep_not_found', `There is no sweep ${sweepId}.`);
}

/**
 * Refuses what makes no sense in the state that a verb found (null: no such sweep).
 * @param winding whether the verb is refused while the sweep is stopping or cancelling
 * @throws BasinError `sweep_not_found`, `already_terminal`, `state_conflict`
 */
export function refuseState(input: {
	sweepId: string;
	state: SweepState | null;
	winding: readonly SweepState[];
}): void {
	const { sweepId, state, winding } = input;
	if (state === null) throw sweepNotFound(sweepId);
	if (isTerminalSweep(state)) throw new BasinError('already_terminal', `The sweep is ${state} and stays so.`);
	refuseWinding(state, winding);
}

/** @throws BasinError `state_conflict` when the sweep is on its way to an end that the verb would contradict */
export function refuseWinding(state: SweepState, winding: readonly SweepState[]): void {
	if (!winding.includes(state)) return;
	throw new BasinError('state_conflict', `The sweep is ${state}: wait for its end.`);
}
