import { type Sweep, trainingRuleText } from '@basin/client';
import { isTerminalSweep, type SweepState } from '@basin/core/contracts/states.ts';
import { Alert, Anchor, Badge, Group, Paper, Progress, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { trialSampleQuery } from '../api/queries.ts';
import { formatConfiguration } from '../format/configurations.ts';
import { secondsBetween } from '../format/moments.ts';
import { formatDuration, formatPercent, formatQuantity } from '../format/numbers.ts';
import { Moment } from '../shell/moment.tsx';
import { StateBadge } from '../shell/state-badge.tsx';
import { announcement, countsText, progressText, reasonsText, sizeText } from './progress-words.ts';
import { SweepActions } from './sweep-actions.tsx';

const barColors: Partial<Record<SweepState, string>> = { failed: 'red', cancelled: 'gray' };

/** Name, state, progress and best configuration of a sweep. */
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
			<Paper withBorder p="md">
				<Stack gap={8}>
					<Group justify="space-between" gap="xs">
						<Text fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
							{progressText(sweep)}
						</Text>
						<Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
							{countsText(sweep)}
						</Text>
					</Group>
					<Progress
						size="lg"
						radius="xl"
						value={sweep.progress.fraction * 100}
						aria-label="Progress of the sweep"
						{...(barColors[sweep.state] === undefined ? {} : { color: barColors[sweep.state] })}
					/>
					<Best sweep={sweep} />
					<Failures sweep={sweep} streaming={streaming} />
				</Stack>
				<VisuallyHidden role="status">{announcement(sweep)}</VisuallyHidden>
			</Paper>
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

function Best({ sweep }: { sweep: Sweep }) {
	const { best, startedAt, finishedAt } = sweep;
	const took = startedAt !== null && finishedAt !== null ? secondsBetween(startedAt, finishedAt) : null;
	return (
		<Text size="sm">
			{best === null ? (
				<Text span c="dimmed">
					{isTerminalSweep(sweep.state) ? 'No trial succeeded.' : 'No trial has finished yet.'}
				</Text>
			) : (
				<>
					Best{isTerminalSweep(sweep.state) ? '' : ' so far'}:{' '}
					<Anchor component={Link} inherit to={`/trials/${best.trialId}`} fw={600}>
						{formatConfiguration(best.configuration, sweep.trainSize)}
					</Anchor>{' '}
					with <b>{formatPercent(best.valAccuracyMean)}</b> validation accuracy
					{best.seeds > 1 && ` (mean of ${formatQuantity(best.seeds, 'seed')})`}
				</>
			)}
			{took !== null && (
				<Text span c="dimmed">
					{' '}
					· took {formatDuration(took)}
				</Text>
			)}
		</Text>
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
		<Text size="sm">
			<Anchor component={Link} inherit to="?tab=trials&state=failed" preventScrollReset>
				{formatQuantity(failed, 'failed trial')}
			</Anchor>
			{reasons}
			{failed > sampled && ` among the first ${sampled}`}
		</Text>
	);
}
