import type { LabExperiment, LabRun, LabSize } from '@basin/core/contracts/lab.ts';
import { Alert, Anchor, Button, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { client } from '../api/client.ts';
import { formatDuration } from '../format/numbers.ts';
import { errorSentence } from '../shell/notices.tsx';
import { labRunsQuery } from './queries.ts';

const sizes: { size: LabSize; title: string }[] = [
	{ size: 'quick', title: 'Quick' },
	{ size: 'full', title: 'Full' },
];

type RunPanelProps = {
	experiment: LabExperiment;
	runs: readonly LabRun[];
	/** When the runs were asked for, in milliseconds. */
	now: number;
};

/** What each size runs and how long it takes, a button for each, and what became of the newest run. */
export function RunPanel({ experiment, runs, now }: RunPanelProps) {
	const queries = useQueryClient();
	const refresh = () => queries.invalidateQueries({ queryKey: labRunsQuery.queryKey });
	const start = useMutation({
		mutationFn: (size: LabSize) => client.startLabRun(experiment.id, size),
		onSettled: refresh,
	});
	const running = runs.find(({ state }) => state === 'running');
	return (
		<section aria-label="Run it" className="lab-run">
			<div className="lab-sizes">
				{sizes.map(({ size, title }) => (
					<Paper key={size} withBorder p="md">
						<Stack gap="xs" h="100%" justify="space-between">
							<div>
								<Title order={2} size="h5">
									{title}
									<Text span size="sm" c="dimmed" fw={400}>
										{' '}
										about {formatDuration(experiment.seconds[size])} on two cores
									</Text>
								</Title>
								<Text size="sm">{experiment.method[size]}</Text>
							</div>
							<Group>
								<Button
									size="xs"
									variant={size === 'quick' ? 'filled' : 'default'}
									loading={start.isPending && start.variables === size}
									disabled={running !== undefined}
									onClick={() => start.mutate(size)}
								>
									Run {size}
								</Button>
							</Group>
						</Stack>
					</Paper>
				))}
			</div>
			{start.error !== null && (
				<Alert color="red" mt="sm">
					{errorSentence(start.error)}
				</Alert>
			)}
			{running !== undefined && running.experiment !== experiment.id && (
				<Text size="sm" mt="sm">
					<Anchor component={Link} inherit to={`/lab/${running.experiment}`}>
						{running.experiment}
					</Anchor>{' '}
					is running; one at a time, since some measure time.
				</Text>
			)}
			{running?.experiment === experiment.id ? (
				<RunProgress run={running} seconds={experiment.seconds[running.size]} now={now} onChange={refresh} />
			) : (
				<RunEnd run={runs.find((run) => run.experiment === experiment.id)} />
			)}
		</section>
	);
}

type RunProgressProps = { run: LabRun; seconds: number; now: number; onChange: () => void };

/** How far it has come by the clock, and what it said last. */
function RunProgress({ run, seconds, now, onChange }: RunProgressProps) {
	const cancel = useMutation({ mutationFn: () => client.cancelLabRun(run.id), onSettled: onChange });
	const elapsed = Math.max(0, (now - Date.parse(run.startedAt)) / 1000);
	const words = `Running ${run.size}: ${formatDuration(elapsed)} of about ${formatDuration(seconds)}`;
	return (
		<Paper withBorder p="md" mt="sm" component="section" aria-label="Progress">
			<Group justify="space-between" mb="xs">
				<Text size="sm" fw={600}>
					{words}
				</Text>
				<Button size="xs" variant="default" onClick={() => cancel.mutate()} loading={cancel.isPending}>
					Cancel run
				</Button>
			</Group>
			<Progress value={Math.min(97, (100 * elapsed) / seconds)} aria-label={words} />
			<Text size="sm" mt="xs" className="lab-lines" role="log" aria-label="What it says">
				{run.lines.length === 0 ? 'starting …' : run.lines.slice(-6).join('\n')}
			</Text>
			{cancel.error !== null && <Alert color="red">{errorSentence(cancel.error)}</Alert>}
		</Paper>
	);
}

/** Why the newest run has no findings. */
function RunEnd({ run }: { run: LabRun | undefined }) {
	if (run?.state === 'failed') {
		return (
			<Alert color="red" mt="sm" title={`The last ${run.size} run did not end`}>
				{run.failure}
			</Alert>
		);
	}
	if (run?.state !== 'cancelled') return null;
	return (
		<Text size="sm" mt="sm" role="status">
			The last {run.size} run was cancelled. Its sweeps go on, and the next run uses what they have trained.
		</Text>
	);
}
