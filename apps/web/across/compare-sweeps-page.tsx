import { type Sweep, trainingRuleText } from '@basin/client';
import { Anchor, Button, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { sweepQuery } from '../api/queries.ts';
import { bestOf } from '../board/compare-rows.ts';
import { formatConfiguration } from '../format/configurations.ts';
import { secondsBetween } from '../format/moments.ts';
import { formatCount, formatDuration, formatPercent } from '../format/numbers.ts';
import { LoadError } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { ScrollTable } from '../shell/scroll-table.tsx';
import { StateBadge } from '../shell/state-badge.tsx';
import { useAddress } from '../shell/use-address.ts';

const atMost = 8;

/** Sweeps beside each other: what they ran, and what came of it. Their ids are in the address. */
export function CompareSweepsPage() {
	const { params } = useAddress();
	const ids = [...new Set(params.get('ids')?.split(',').filter(Boolean) ?? [])].slice(0, atMost);
	const answers = useQueries({ queries: ids.map((id) => sweepQuery(id)) });
	const failed = answers.find(({ error, data }) => error !== null && data === undefined);
	const sweeps = answers.flatMap(({ data }) => data ?? []);
	return (
		<Stack>
			<PageTitle title="Compare sweeps" />
			<Group justify="space-between">
				<Title order={1} size="h2">
					Compare sweeps
				</Title>
				<Button component={Link} to="/" variant="default" size="xs">
					All sweeps
				</Button>
			</Group>
			{ids.length < 2 ? (
				<Text size="sm">Select two sweeps or more in the list, then “Compare”.</Text>
			) : failed?.error ? (
				<LoadError error={failed.error} what="sweep" retry={() => failed.refetch()} />
			) : sweeps.length < ids.length ? (
				<Skeleton height={320} aria-label="Loading the sweeps" />
			) : (
				<SweepComparison sweeps={sweeps} />
			)}
		</Stack>
	);
}

type Line = { label: string; cell: (sweep: Sweep) => ReactNode; score?: (sweep: Sweep) => number | null };

const lines: Line[] = [
	{ label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
	{ label: 'Data set', cell: ({ dataset }) => dataset },
	{ label: 'Model', cell: ({ model }) => model },
	{ label: 'Update rule', cell: ({ spec }) => trainingRuleText(spec) ?? 'momentum' },
	{ label: 'Engine', cell: ({ spec }) => spec.engine },
	{
		label: 'Configurations × seeds',
		cell: ({ configurations, spec }) => `${formatCount(configurations)} × ${spec.seeds.length}`,
	},
	{ label: 'Epochs', cell: ({ spec }) => formatCount(spec.epochs) },
	{
		label: 'Best validation accuracy',
		cell: ({ best }) => (best === null ? '–' : formatPercent(best.valAccuracyMean)),
		score: ({ best }) => best?.valAccuracyMean ?? null,
	},
	{
		label: 'Best configuration',
		cell: ({ best, trainSize }) =>
			best === null ? (
				'–'
			) : (
				<Anchor component={Link} inherit to={`/trials/${best.trialId}`}>
					{formatConfiguration(best.configuration, trainSize)}
				</Anchor>
			),
	},
	{ label: 'Failed trials', cell: ({ counts }) => formatCount(counts.failed), score: ({ counts }) => -counts.failed },
	{
		label: 'Took',
		cell: (sweep) => {
			const took = secondsTaken(sweep);
			return took === null ? '–' : formatDuration(took);
		},
		score: (sweep) => {
			const took = secondsTaken(sweep);
			return took === null ? null : -took;
		},
	},
	{ label: 'Devices', cell: ({ devices }) => devices.map(({ label }) => label).join('; ') || '–' },
];

function secondsTaken({ startedAt, finishedAt }: Sweep): number | null {
	return startedAt === null || finishedAt === null ? null : secondsBetween(startedAt, finishedAt);
}

function SweepComparison({ sweeps }: { sweeps: Sweep[] }) {
	return (
		<ScrollTable label="Comparison of sweeps" minWidth={200 + 190 * sweeps.length}>
			<Table.Thead>
				<Table.Tr>
					<Table.Th scope="col">Sweep</Table.Th>
					{sweeps.map(({ id, name }) => (
						<Table.Th key={id} scope="col">
							<Anchor component={Link} inherit to={`/sweeps/${id}`}>
								{name}
							</Anchor>
						</Table.Th>
					))}
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{lines.map(({ label, cell, score }) => {
					const best = score === undefined ? new Set() : bestOf(sweeps.map(score));
					return (
						<Table.Tr key={label}>
							<Table.Th scope="row">{label}</Table.Th>
							{sweeps.map((sweep, i) => (
								<Table.Td key={sweep.id} fw={best.has(i) ? 700 : undefined}>
									{cell(sweep)}
								</Table.Td>
							))}
						</Table.Tr>
					);
				})}
			</Table.Tbody>
		</ScrollTable>
	);
}
