import type { SweepSummary } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { Button, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { client } from '../api/client.ts';
import { formatQuantity } from '../format/numbers.ts';
import { ConfirmAction } from '../shell/confirm-action.tsx';
import { forEach } from './for-each.ts';

/** Cancels or deletes what is selected, as far as its state allows. */
export function BulkActions({ selected, onClear }: { selected: SweepSummary[]; onClear: () => void }) {
	const queries = useQueryClient();
	const live = selected.filter(({ state }) => !isTerminalSweep(state));
	const ended = selected.filter(({ state }) => isTerminalSweep(state));
	const refresh = () => queries.invalidateQueries({ queryKey: ['sweeps'] });
	const run = (sweeps: SweepSummary[], act: (id: string) => Promise<unknown>) =>
		forEach(sweeps, ({ id }) => act(id)).finally(refresh);
	if (selected.length === 0) return null;
	return (
		<Group gap="xs" role="group" aria-label="With the selected sweeps">
			<Text size="sm">{formatQuantity(selected.length, 'sweep')} selected</Text>
			{selected.length > 1 && (
				<Button
					component={Link}
					to={`/sweeps/compare?ids=${selected.map(({ id }) => id).join(',')}`}
					size="xs"
					variant="default"
				>
					Compare
				</Button>
			)}
			{live.length > 0 && (
				<ConfirmAction
					label={`Cancel ${live.length}`}
					question={`Cancel ${formatQuantity(live.length, 'sweep')}?`}
					keep="Keep them running"
					action={() => run(live, (id) => client.cancelSweep(id))}
					button={{ size: 'xs' }}
				>
					Trials that wait are dropped, trials that run end within 20 seconds. A cancelled sweep cannot be continued.
				</ConfirmAction>
			)}
			{ended.length > 0 && (
				<ConfirmAction
					label={`Delete ${ended.length}`}
					question={`Delete ${formatQuantity(ended.length, 'sweep')}?`}
					keep="Keep them"
					action={() => run(ended, (id) => client.deleteSweep(id))}
					onDone={onClear}
					button={{ size: 'xs' }}
				>
					Their trials, metrics and artifacts go with them, for good.
				</ConfirmAction>
			)}
			<Button size="xs" variant="default" onClick={onClear}>
				Clear the selection
			</Button>
		</Group>
	);
}
