import type { TrialWithAttempts } from '@basin/client';
import { isTerminalTrial } from '@basin/core/contracts/states.ts';
import { Alert, Anchor, Breadcrumbs, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useLiveSweep } from '../api/live-sweep.ts';
import { metricsQuery } from '../api/metrics.ts';
import { sweepQuery, trialQuery } from '../api/queries.ts';
import { formatConfiguration } from '../format/configurations.ts';
import { LoadError, StaleNotice } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { StateBadge } from '../shell/state-badge.tsx';
import { ArtifactsTable } from './artifacts-table.tsx';
import { AttemptsTable } from './attempts-table.tsx';
import { MetricsPanel } from './metrics-panel.tsx';
import { OtherSeeds } from './other-seeds.tsx';
import { ResultList } from './result-list.tsx';
import { CancelTrial, ReproduceCommand, RetryTrial } from './trial-commands.tsx';

/** One configuration with one seed: its curves, result, attempts and files. */
export function TrialPage() {
	const { trialId = '' } = useParams();
	const [streaming, setStreaming] = useState(false);
	const query = useQuery(trialQuery(trialId, streaming));
	const trial = query.data;
	if (trial === undefined && query.error !== null)
		return <LoadError error={query.error} what="trial" retry={() => query.refetch()} />;
	if (trial === undefined) return <Skeleton height={480} aria-label="Loading the trial" />;
	return (
		<Stack>
			<StaleNotice error={query.error} />
			<TrialBody trial={trial} onStreaming={setStreaming} />
		</Stack>
	);
}

/** `onStreaming` is told whether events bring what changes. */
function TrialBody({ trial, onStreaming }: { trial: TrialWithAttempts; onStreaming: (streaming: boolean) => void }) {
	const sweep = useQuery({ ...sweepQuery(trial.sweepId), refetchInterval: false }).data;
	const ended = isTerminalTrial(trial.state);
	const streaming = useLiveSweep(trial.sweepId, !ended);
	useEffect(() => onStreaming(streaming), [onStreaming, streaming]);
	const metrics = useQuery(metricsQuery(trial.id, ended, streaming)).data;
	const name = formatConfiguration(trial.configuration, sweep?.trainSize);
	return (
		<>
			<PageTitle title={`${name}, seed ${trial.seed}`} />
			<Breadcrumbs component="nav" aria-label="Where this is" style={{ rowGap: 4 }}>
				<Anchor component={Link} to="/" size="sm">
					Sweeps
				</Anchor>
				<Anchor
					component={Link}
					to={`/sweeps/${trial.sweepId}`}
					size="sm"
					style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}
				>
					{sweep?.name ?? trial.sweepId}
				</Anchor>
				<Text size="sm">Trial</Text>
			</Breadcrumbs>
			<Group justify="space-between" gap="sm">
				<Group gap="sm">
					<Title order={1} size="h2">
						{name} · seed {trial.seed}
					</Title>
					<StateBadge state={trial.state} />
				</Group>
				<Group gap="xs">
					<CancelTrial trial={trial} />
					<RetryTrial trial={trial} />
				</Group>
			</Group>
			<OtherSeeds trial={trial} />
			{trial.reason !== null && (
				<Alert color="red" title={`Failed: ${trial.reason.replaceAll('_', ' ')}`}>
					{trial.message}{' '}
					<Anchor component={Link} inherit c="inherit" underline="always" to={`/sweeps/${trial.sweepId}`}>
						Its sweep
					</Anchor>{' '}
					can retry all failed trials.
				</Alert>
			)}
			<div className="two-columns">
				<div>
					<MetricsPanel points={metrics?.points ?? []} epochs={trial.epochs} />
				</div>
				<Stack>
					<Paper withBorder p="md" component="section" aria-label="Result">
						<ResultList trial={trial} />
					</Paper>
					<ReproduceCommand trial={trial} />
				</Stack>
			</div>
			<AttemptsTable attempts={trial.attempts} />
			<ArtifactsTable trialId={trial.id} ended={ended} />
		</>
	);
}
