import { ApiError } from '@basin/client';
import type { LabExperiment, LabRun } from '@basin/core/contracts/lab.ts';
import { Anchor, Code, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { formatDuration } from '../format/numbers.ts';
import { LoadError } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { ScrollTable } from '../shell/scroll-table.tsx';
import { labExperimentsQuery, labRunsQuery, shownRun } from './queries.ts';
import { VerdictBadge } from './verdict-badge.tsx';

/** The lecture's claims, and what this machine says of them. */
export function LabPage() {
	const experiments = useQuery(labExperimentsQuery);
	const runs = useQuery(labRunsQuery);
	const error = experiments.error ?? runs.error;
	return (
		<Stack>
			<PageTitle title="Lab" />
			<div>
				<Title order={1} size="h2">
					Lab
				</Title>
				<Text c="dimmed" maw={760}>
					What the lecture says about batch size, learning rate and momentum, run on real data on this machine, with
					error bars and a verdict. Its sweeps are ordinary ones: they are in the list, and their specs can be copied.
				</Text>
			</div>
			{error !== null && experiments.data === undefined ? (
				<LabAbsent error={error} retry={() => experiments.refetch()} />
			) : experiments.data === undefined || runs.data === undefined ? (
				<Skeleton height={420} aria-label="Loading the experiments" />
			) : (
				<ExperimentTable experiments={experiments.data.items} runs={runs.data.items} />
			)}
		</Stack>
	);
}

export function LabAbsent({ error, retry }: { error: Error; retry: () => void }) {
	if (error instanceof ApiError && error.problem.status === 404) {
		return (
			<Text>
				This server has no Lab: it is part of <Code>npm start</Code>. In a terminal <Code>npx basin lab run --all</Code>{' '}
				runs the same experiments against any server.
			</Text>
		);
	}
	return <LoadError error={error} what="Lab" retry={retry} />;
}

function ExperimentTable({ experiments, runs }: { experiments: LabExperiment[]; runs: LabRun[] }) {
	return (
		<ScrollTable label="Experiments" minWidth={720}>
			<Table.Thead>
				<Table.Tr>
					<Table.Th scope="col">Experiment</Table.Th>
					<Table.Th scope="col">Claims</Table.Th>
					<Table.Th scope="col">Verdict</Table.Th>
					<Table.Th scope="col">Quick, about</Table.Th>
					<Table.Th scope="col">Full, about</Table.Th>
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{experiments.map((experiment) => (
					<Table.Tr key={experiment.id}>
						<Table.Th scope="row">
							<Anchor component={Link} inherit to={`/lab/${experiment.id}`}>
								{experiment.title}
							</Anchor>
						</Table.Th>
						<Table.Td>{experiment.claims.join(', ')}</Table.Td>
						<Table.Td>
							<StandOf experiment={experiment.id} runs={runs} />
						</Table.Td>
						<Table.Td>{formatDuration(experiment.seconds.quick)}</Table.Td>
						<Table.Td>{formatDuration(experiment.seconds.full)}</Table.Td>
					</Table.Tr>
				))}
			</Table.Tbody>
		</ScrollTable>
	);
}

function StandOf({ experiment, runs }: { experiment: string; runs: LabRun[] }) {
	const run = shownRun(runs.filter((other) => other.experiment === experiment));
	const newest = runs.find((other) => other.experiment === experiment);
	const isRunning = runs.some((other) => other.experiment === experiment && other.state === 'running');
	if (run?.findings == null && !isRunning) {
		return (
			<Text span size="sm" c="dimmed">
				{newest?.state === 'failed' ? 'did not end' : 'not run yet'}
			</Text>
		);
	}
	return (
		<Group gap="xs">
			{run?.findings?.verdicts.map(({ claim, outcome }, _, { length }) => (
				<Group key={claim} gap={4} wrap="nowrap">
					{length > 1 && (
						<Text span size="xs" c="dimmed">
							{claim}
						</Text>
					)}
					<VerdictBadge outcome={outcome} />
				</Group>
			))}
			{run?.size === 'full' && (
				<Text span size="xs" c="dimmed">
					full
				</Text>
			)}
			{isRunning && (
				<Text span size="sm">
					running …
				</Text>
			)}
		</Group>
	);
}
