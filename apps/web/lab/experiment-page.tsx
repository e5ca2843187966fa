import type { LabExperiment, LabRun, LabSize } from '@basin/core/contracts/lab.ts';
import { Alert, Anchor, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Link, useParams } from 'react-router';
import { client } from '../api/client.ts';
import { formatDuration } from '../format/numbers.ts';
import { errorSentence, NotFound } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { LabAbsent } from './lab-page.tsx';
import { labExperimentsQuery, labRunsQuery, shownRun } from './queries.ts';

const FindingsView = lazy(() => import('./findings-view.tsx'));

/** One claim: what it says, a button to run it, and what came of it. */
export function ExperimentPage() {
	const { experimentId = '' } = useParams();
	const experiments = useQuery(labExperimentsQuery);
	const runs = useQuery(labRunsQuery);
	const error = experiments.error ?? runs.error;
	if (experiments.data === undefined || runs.data === undefined) {
		if (error !== null) return <LabAbsent error={error} retry={() => experiments.refetch()} />;
		return <Skeleton height={480} aria-label="Loading the experiment" />;
	}
	const experiment = experiments.data.items.find(({ id }) => id === experimentId);
	if (experiment === undefined) return <NotFound what="page" />;
	const shown = shownRun(runs.data.items, experimentId);
	return (
		<Stack>
			<PageTitle title={experiment.title} />
			<div>
				<Anchor component={Link} to="/lab" size="sm">
					Lab
				</Anchor>
				<Title order={1} size="h2">
					{experiment.title}
				</Title>
			</div>
			<Text maw={760}>
				<strong>Claim ({experiment.claims.join(', ')}).</strong> {experiment.claim}
			</Text>
			<RunControls experiment={experiment} runs={runs.data.items} />
			{shown?.findings && (
				<Suspense fallback={<Skeleton height={420} aria-label="Loading the findings" />}>
					<FindingsView run={shown} findings={shown.findings} />
				</Suspense>
			)}
		</Stack>
	);
}

function RunControls({ experiment, runs }: { experiment: LabExperiment; runs: LabRun[] }) {
	const queries = useQueryClient();
	const refresh = () => queries.invalidateQueries({ queryKey: labRunsQuery.queryKey });
	const start = useMutation({
		mutationFn: (size: LabSize) => client.startLabRun(experiment.id, size),
		onSettled: refresh,
	});
	const cancel = useMutation({ mutationFn: (runId: string) => client.cancelLabRun(runId), onSettled: refresh });
	const running = runs.find(({ state }) => state === 'running');
	const newest = runs.find((run) => run.experiment === experiment.id);
	const problem = start.error ?? cancel.error;
	return (
		<Stack gap="xs">
			<Text size="sm" c="dimmed" maw={760}>
				Quick: {experiment.method.quick} Full: {experiment.method.full}
			</Text>
			<Group gap="sm">
				{(['quick', 'full'] as const).map((size) => (
					<Button
						key={size}
						size="xs"
						variant={size === 'quick' ? 'filled' : 'default'}
						loading={start.isPending && start.variables === size}
						disabled={running !== undefined}
						onClick={() => start.mutate(size)}
					>
						Run {size} (about {formatDuration(experiment.seconds[size])})
					</Button>
				))}
				{running?.experiment === experiment.id && (
					<Button size="xs" variant="default" onClick={() => cancel.mutate(running.id)} loading={cancel.isPending}>
						Stop
					</Button>
				)}
			</Group>
			{problem !== null && <Alert color="red">{errorSentence(problem)}</Alert>}
			{running !== undefined && running.experiment !== experiment.id && (
				<Text size="sm">
					<Anchor component={Link} inherit to={`/lab/${running.experiment}`}>
						{running.experiment}
					</Anchor>{' '}
					is running; one at a time, since some measure time.
				</Text>
			)}
			{running?.experiment === experiment.id && <Progress run={running} />}
			{newest?.state === 'failed' && (
				<Alert color="red" title="The last run did not end">
					{newest.failure}
				</Alert>
			)}
		</Stack>
	);
}

function Progress({ run }: { run: LabRun }) {
	return (
		<Text size="sm" role="status">
			Running: {run.lines.at(-1) ?? 'starting …'}
		</Text>
	);
}
