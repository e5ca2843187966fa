import type { SweepState, TrialState } from '@basin/core/contracts/states.ts';

const colors: Record<SweepState | TrialState, 'gray' | 'blue' | 'yellow' | 'green' | 'red'> = {
	pending: 'gray',
	queued: 'gray',
	running: 'blue',
	paused: 'yellow',
	stopping: 'yellow',
	cancelling: 'yellow',
	completed: 'green',
	succeeded: 'green',
	failed: 'red',
	pruned: 'gray',
	cancelled: 'gray',
};

/** The state of a sweep or trial; the word carries it, the colour only helps. */
export function StateBadge({ state }: { state: SweepState | TrialState }) {
	return (
		<span className="state" data-color={colors[state]}>
			{state}
		</span>
	);
}
