import { type Sweep, trainingRuleText } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import { Alert, Anchor, Badge, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { trialSampleQuery } from '../api/queries.ts';
import { formatQuantity } from '../format/numbers.ts';
import { Moment } from '../shell/moment.tsx';
import { StateBadge } from '../shell/state-badge.tsx';
import { reasonsText, sizeText } from './progress-words.ts';
import { SweepActions } from './sweep-actions.tsx';
import { SweepStats } from './sweep-stats.tsx';

/** What a sweep is, how far it is, and what came of it. */
export function SweepHeader({ sweep, streaming }: { sweep: Sweep; streaming: boolean }) {
	const rule = trainingRuleText(sweep.spec);
	return (
		<Stack gap="sm">
			<Group justify="space-between" align="start">
				<Stack gap={4} style={{ minWidth: 0 }}>
					<Group gap="sm">
						<Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
							{sweep.name}
						</Title>
						<StateBadge state={sweep.state} />
					</Group>
					<Text size="sm" c="dimmed">
						{sweep.dataset} · {sweep.model} · {rule !== null && `${rule} · `}
						{sizeText(sweep)} · created <Moment at={sweep.createdAt} />
					</Text>
					<Labels labels={sweep.labels} />
				</Stack>
				<SweepActions sweep={sweep} />
			</Group>
			<SweepStats sweep={sweep} streaming={streaming} />
			<Failures sweep={sweep} streaming={streaming} />
			{sweep.stopReason !== null && (
				<Alert color="orange" title="Ended early">
					{sweep.stopReason}
				</Alert>
			)}
		</Stack>
	);
}

function Labels({ labels }: { labels: Record<string, string> }) {
	const entries = Object.entries(labels);
	if (entries.length === 0) return null;
	return (
		<Group gap={6}>
			{entries.map(([key, value]) => (
				<Badge key={key} variant="default" tt="none" fw={400}>
					{value === '' ? key : `${key}: ${value}`}
				</Badge>
			))}
		</Group>
	);
}

const sampled = 100;

function Failures({ sweep, streaming }: { sweep: Sweep; streaming: boolean }) {
	const { failed } = sweep.counts;
	const { data } = useQuery({
		...trialSampleQuery(sweep.id, 'failed', sampled, !streaming && !isTerminalSweep(sweep.state)),
		enabled: failed > 0,
	});
	if (failed === 0) return null;
	const reasons = data === undefined ? '' : `: ${reasonsText(data.items)}`;
	return (
		<Text size="sm" className="failures">
			<Anchor component={Link} inherit c="inherit" fw={600} to="?tab=trials&state=failed" preventScrollReset>
				{formatQuantity(failed, 'failed trial')}
			</Anchor>
			{reasons}
			{failed > sampled && ` among the first ${sampled}`}
		</Text>
	);
}
