import type { SharedLeaderboardEntry } from '@basin/client';
import { Anchor, Button, Group, Select, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { datasetsQuery, enginesQuery, sharedBoardQuery } from '../api/queries.ts';
import { IntervalBar } from '../board/interval-bar.tsx';
import { intervalBounds } from '../board/intervals.ts';
import { RankChoice } from '../board/rank-choice.tsx';
import { useRanking } from '../board/ranking.ts';
import { formatCount, formatHalfWidth, formatPercent, formatSeconds, formatValue } from '../format/numbers.ts';
import { LoadError, StaleNotice } from '../shell/notices.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { ScrollTable } from '../shell/scroll-table.tsx';
import { useAddress } from '../shell/use-address.ts';
import { presetNames } from '../spec-form/form-values.ts';

/** The best configurations of all sweeps of one data set and model. */
export function LeaderboardPage() {
	const { params, setParam } = useAddress();
	const dataset = params.get('dataset') ?? 'mnist';
	const model = params.get('model') ?? 'mlp';
	const { ranking, setRanking } = useRanking();
	const device = params.get('device');
	const query = useInfiniteQuery(sharedBoardQuery({ dataset, model, ranking, device }));
	const datasets = useQuery(datasetsQuery()).data?.items ?? [];
	const devices = useQuery(enginesQuery()).data?.items ?? [];
	const entries = query.data?.pages.flatMap((page) => page.items);
	return (
		<Stack>
			<PageTitle title="Leaderboard" />
			<Title order={1} size="h2">
				Leaderboard across sweeps
			</Title>
			<Group gap="sm" align="end">
				<Select
					label="Data set"
					allowDeselect={false}
					data={[...new Set([dataset, ...datasets.map(({ name }) => name)])]}
					value={dataset}
					onChange={(value) => setParam('dataset', value)}
				/>
				<Select
					label="Model"
					allowDeselect={false}
					data={[...new Set([model, ...presetNames])]}
					value={model}
					onChange={(value) => setParam('model', value)}
				/>
				<Select
					label="Device"
					placeholder="Each, one after another"
					clearable
					data={devices.map(({ device: { key, label } }) => ({ value: key, label }))}
					value={device}
					onChange={(value) => setParam('device', value)}
				/>
				<RankChoice ranking={ranking} onChange={setRanking} size="sm" />
			</Group>
			{query.isError && entries === undefined ? (
				<LoadError error={query.error} what="list" retry={() => query.refetch()} />
			) : entries === undefined ? (
				<Skeleton height={320} aria-label="Loading the leaderboard" />
			) : (
				<>
					<StaleNotice error={query.error} />
					<SharedTable entries={entries} hasTarget={ranking.target !== undefined} />
					{query.hasNextPage && (
						<Button
							variant="default"
							size="xs"
							style={{ alignSelf: 'start' }}
							loading={query.isFetchingNextPage}
							onClick={() => query.fetchNextPage()}
						>
							Show more
						</Button>
					)}
					<Text size="xs" c="dimmed">
						Times are ranked within one device only. Sweeps may differ in epochs, optimiser and schedule; each row links
						to its own.
					</Text>
				</>
			)}
		</Stack>
	);
}

const toTarget = 'To target';
const allHeads: [label: string, numeric: boolean][] = [
	['Rank', false],
	['Sweep', false],
	['B', true],
	['η', true],
	['λ', true],
	['Val. accuracy', true],
	['95 % interval', false],
	['Epoch', true],
	[toTarget, true],
	['Pareto', false],
	['Seeds', true],
	['Device', false],
];

function SharedTable({ entries, hasTarget }: { entries: SharedLeaderboardEntry[]; hasTarget: boolean }) {
	const heads = hasTarget ? allHeads : allHeads.filter(([label]) => label !== toTarget);
	const bounds = intervalBounds(entries);
	return (
		<ScrollTable label="Leaderboard across sweeps" maxHeight="72vh" minWidth={980} verticalSpacing={6} highlightOnHover>
			<Table.Thead>
				<Table.Tr>
					{heads.map(([label, numeric]) => (
						<Table.Th key={label} scope="col" className={numeric ? 'numeric' : ''}>
							{label}
						</Table.Th>
					))}
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{entries.length === 0 && (
					<Table.Tr>
						<Table.Td colSpan={heads.length}>
							<Text size="sm" c="dimmed" ta="center" py="md">
								No sweep of this data set and model has finished a trial.
							</Text>
						</Table.Td>
					</Table.Tr>
				)}
				{entries.map((entry) => (
					<SharedRow
						key={`${entry.sweep.id} ${entry.configurationHash} ${entry.device?.key}`}
						entry={entry}
						bounds={bounds}
						hasTarget={hasTarget}
					/>
				))}
			</Table.Tbody>
		</ScrollTable>
	);
}

type RowProps = { entry: SharedLeaderboardEntry; bounds: ReturnType<typeof intervalBounds>; hasTarget: boolean };

function SharedRow({ entry, bounds, hasTarget }: RowProps) {
	const { sweep, configuration, valAccuracy, epochSeconds, seeds } = entry;
	return (
		<Table.Tr>
			<Table.Th scope="row">
				<Anchor component={Link} inherit to={`/trials/${entry.bestTrialId}`} fw={600}>
					{formatCount(entry.rank)}
				</Anchor>
				{entry.tiedWith !== null && entry.tiedWith > 0 && <span className="ties">≈ {formatCount(entry.tiedWith)}</span>}
			</Table.Th>
			<Table.Td>
				<Anchor component={Link} inherit to={`/sweeps/${sweep.id}`}>
					{sweep.name}
				</Anchor>
			</Table.Td>
			<Table.Td className="numeric">{formatCount(configuration.batchSize)}</Table.Td>
			<Table.Td className="numeric">{formatValue(configuration.eta)}</Table.Td>
			<Table.Td className="numeric">{formatValue(configuration.lambda)}</Table.Td>
			<Table.Td className="numeric">
				{valAccuracy !== null && formatPercent(valAccuracy.mean)}
				{valAccuracy?.ci95 && <span className="half-width"> {formatHalfWidth(valAccuracy.ci95)}</span>}
			</Table.Td>
			<Table.Td>
				<IntervalBar entry={entry} bounds={bounds} />
			</Table.Td>
			<Table.Td className="numeric">{epochSeconds === null ? '–' : formatSeconds(epochSeconds.median)}</Table.Td>
			{hasTarget && (
				<Table.Td className="numeric">
					{entry.secondsToTarget === null ? '–' : formatSeconds(entry.secondsToTarget)}
				</Table.Td>
			)}
			<Table.Td>{entry.onParetoFront && <span className="mark front">on front</span>}</Table.Td>
			<Table.Td className="numeric">
				{seeds.succeeded} / {seeds.total}
			</Table.Td>
			<Table.Td>{entry.device?.label ?? '–'}</Table.Td>
		</Table.Tr>
	);
}
