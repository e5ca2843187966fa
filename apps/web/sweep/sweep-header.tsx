import { type Sweep, trainingRuleText } from '@basin/client';
import { Alert, Badge, Group, Stack, Text, Title } from '@mantine/core';
import { StateBadge } from '../shell/state-badge.tsx';
import { sizeText } from './progress-words.ts';
import { SweepActions } from './sweep-actions.tsx';
import { SweepStats } from './sweep-stats.tsx';

/** What a sweep is, how far it is, and what came of it. */
export function SweepHeader({ sweep, streaming }: { sweep: Sweep; streaming: boolean }) {
	const rule = trainingRuleText(sweep.spec);
	return (
		<Stack gap="sm">
			<Group justify="space-between" align="start">
				<Stack gap={4} className="sweep-title">
					<Group gap="sm">
						<Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
							{sweep.name}
						</Title>
						<StateBadge state={sweep.state} />
					</Group>
					<Text size="sm" c="dimmed">
						{sweep.dataset} · {sweep.model} · {rule !== null && `${rule} · `}
						{sizeText(sweep)}
					</Text>
					<Labels labels={sweep.labels} />
				</Stack>
				<SweepActions sweep={sweep} />
			</Group>
			<SweepStats sweep={sweep} streaming={streaming} />
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
