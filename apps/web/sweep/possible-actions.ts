import type { SweepSummary } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';

export type PossibleActions = {
	pause: boolean;
	resume: boolean;
	stop: boolean;
	extend: boolean;
	retry: boolean;
	remove: boolean;
};

/** What the API would not refuse for a sweep in its state. */
export function actionsOf({ state, counts }: Pick<SweepSummary, 'state' | 'counts'>): PossibleActions {
	const isEnding = state === 'stopping' || state === 'cancelling';
	const ended = isTerminalSweep(state);
	return {
		pause: state === 'queued' || state === 'running',
		resume: state === 'paused',
		stop: !ended && !isEnding,
		extend: !isEnding,
		retry: counts.failed > 0 && !isEnding,
		remove: ended,
	};
}
