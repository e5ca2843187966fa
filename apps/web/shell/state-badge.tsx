import type { SweepState, TrialState } from '@basin/core/contracts/states.ts';
import { Badge } from '@mantine/core';

const colors: Record<SweepState | TrialState, string> = {
	pending: 'gray',
	queued: 'gray',
	running: 'blue',
	paused: 'yellow',
	stopping: 'orange',
	cancelling: 'orange',
	completed: 'green',
	succeeded: 'green',
	failed: 'red',
	pruned: 'grape',
	cancelled: 'gray',
};

/** The state of a sweep or trial; the word carries it, the colour only helps. */
export function StateBadge({ state }: { state: SweepState | TrialState }) {
	return (
		<Badge color={colors[state]} variant="dot" tt="none" fw={600} style={{ flexShrink: 0 }}>
			{state}
		</Badge>
	);
}
