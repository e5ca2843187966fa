import type { Sweep } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { client } from '../api/client.ts';
import { sweepQuery } from '../api/queries.ts';
import { formatQuantity } from '../format/numbers.ts';
import { ConfirmAction } from '../shell/confirm-action.tsx';
import { errorSentence } from '../shell/notices.tsx';
import { ExtendSweep } from './extend-sweep.tsx';
import { actionsOf } from './possible-actions.ts';

/** What can be done to the sweep as it is. What can be taken back is done at once, the rest asks first. */
export function SweepActions({ sweep }: { sweep: Sweep }) {
	const queries = useQueryClient();
	const navigate = useNavigate();
	const update = (next: Sweep) => {
		queries.setQueryData(sweepQuery(sweep.id).queryKey, next);
		queries.invalidateQueries({ queryKey: ['sweep', sweep.id] });
	};
	const simple = useMutation({ mutationFn: (act: () => Promise<Sweep>) => act(), onSuccess: update });
	const can = actionsOf(sweep);
	const at = (act: () => Promise<Sweep>) => ({
		size: 'xs' as const,
		variant: 'default' as const,
		loading: simple.isPending,
		onClick: () => simple.mutate(act),
	});
	return (
		<Group gap="xs">
			{simple.isError && (
				<Text size="sm" role="alert" c="var(--mantine-color-error)">
					{errorSentence(simple.error)}
				</Text>
			)}
			<Button component={Link} to={`/sweeps/new?from=${sweep.id}`} size="xs" variant="default">
				Start from this
			</Button>
			{can.extend && <ExtendSweep sweep={sweep} onExtended={update} />}
			{can.retry && (
				<Button {...at(() => client.retryFailed(sweep.id))}>
					Retry {formatQuantity(sweep.counts.failed, 'failed trial')}
				</Button>
			)}
			{can.pause && <Button {...at(() => client.pauseSweep(sweep.id))}>Pause</Button>}
			{can.resume && <Button {...at(() => client.resumeSweep(sweep.id))}>Resume</Button>}
			{can.stop && (
				<ConfirmAction
					label="Stop"
					question="Stop this sweep?"
					keep="Keep it running"
					action={() => client.stopSweep(sweep.id).then(update)}
					button={{ variant: 'default', size: 'xs' }}
				>
					Trials that run may end, trials that wait are dropped. What has finished stays, with its metrics and
					artifacts.
				</ConfirmAction>
			)}
			{!isTerminalSweep(sweep.state) && (
				<ConfirmAction
					label={sweep.state === 'cancelling' ? 'Cancelling…' : 'Cancel sweep'}
					question="Cancel this sweep?"
					keep="Keep it running"
					action={() => client.cancelSweep(sweep.id).then(update)}
					button={{ size: 'xs', disabled: sweep.state === 'cancelling' }}
				>
					Trials that wait are dropped, trials that run end within 20 seconds. What has finished stays, with its metrics
					and artifacts. A cancelled sweep cannot be continued.
				</ConfirmAction>
			)}
			{can.remove && (
				<ConfirmAction
					label="Delete"
					question="Delete this sweep?"
					keep="Keep it"
					action={() => client.deleteSweep(sweep.id)}
					button={{ size: 'xs' }}
					onDone={() => navigate('/')}
				>
					Its {formatQuantity(sweep.counts.total, 'trial')}, their metrics and their artifacts go with it, for good.
				</ConfirmAction>
			)}
		</Group>
	);
}
