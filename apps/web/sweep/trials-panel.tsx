import type { Trial } from '@basin/client';
import { TrialState } from '@basin/core/contracts/states.ts';
import { Anchor, Button, Group, Select, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { trialsQuery } from '../api/queries.ts';
import { formatConfiguration } from '../format/configurations.ts';
import { formatPercent, formatQuantity, formatSeconds } from '../format/numbers.ts';
import { StaleNotice } from '../shell/notices.tsx';
import { ScrollTable } from '../shell/scroll-table.tsx';
import { StateBadge } from '../shell/state-badge.tsx';
import { useAddress } from '../shell/use-address.ts';
import type { PanelProps } from './panel-props.ts';

/** Every trial of the sweep, with its state and the reason when it failed. */
export function TrialsPanel({ sweep, live, streaming, pageIsStale }: PanelProps) {
	const { params, setParam } = useAddress();
	const parsed = TrialState.safeParse(params.get('state'));
	const state = parsed.success ? parsed.data : null;
	const query = useInfiniteQuery(trialsQuery(sweep.id, state, live && !streaming));
	const trials = query.data?.pages.flatMap((page) => page.items);

	return (
		<Stack>
			<StaleNotice error={pageIsStale ? null : query.error} />
			<Group>
				<Select
					aria-label="State of the trials"
					placeholder="Any state"
					size="xs"
					data={TrialState.options}
					value={state}
					onChange={(value) => setParam('state', value)}
					clearable
				/>
				<Text size="sm" c="dimmed" role="status">
					{trials !== undefined && `${formatQuantity(trials.length, 'trial')} shown`}
				</Text>
			</Group>
			{trials === undefined ? (
				<Skeleton height={240} aria-label="Loading trials" />
			) : (
				<TrialsTable trials={trials} trainSize={sweep.trainSize} />
			)}
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
		</Stack>
	);
}

function TrialsTable({ trials, trainSize }: { trials: Trial[]; trainSize: number }) {
	return (
		<ScrollTable label="Trials" highlightOnHover maxHeight="75vh" minWidth={760} verticalSpacing={6}>
			<Table.Thead>
				<Table.Tr>
					<Table.Th scope="col">Configuration</Table.Th>
					<Table.Th scope="col" className="numeric">
						Seed
					</Table.Th>
					<Table.Th scope="col">State</Table.Th>
					<Table.Th scope="col" className="numeric">
						Epochs
					</Table.Th>
					<Table.Th scope="col" className="numeric">
						Val. accuracy
					</Table.Th>
					<Table.Th scope="col" className="numeric">
						Epoch
					</Table.Th>
					<Table.Th scope="col" className="numeric">
						Attempts
					</Table.Th>
					<Table.Th scope="col">Reason</Table.Th>
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{trials.length === 0 && (
					<Table.Tr>
						<Table.Td colSpan={8}>
							<Text size="sm" c="dimmed" ta="center" py="md">
								No trial is in this state.
							</Text>
						</Table.Td>
					</Table.Tr>
				)}
				{trials.map((trial) => (
					<Table.Tr key={trial.id}>
						<Table.Th scope="row" fw={400} style={{ whiteSpace: 'nowrap' }}>
							<Anchor component={Link} inherit to={`/trials/${trial.id}`}>
								{formatConfiguration(trial.configuration, trainSize)}
							</Anchor>
						</Table.Th>
						<Table.Td className="numeric">{trial.seed}</Table.Td>
						<Table.Td>
							<StateBadge state={trial.state} />
						</Table.Td>
						<Table.Td className="numeric">
							{trial.epochsDone} / {trial.epochs}
						</Table.Td>
						<Table.Td className="numeric">{trial.result ? formatPercent(trial.result.valAccuracy) : '–'}</Table.Td>
						<Table.Td className="numeric">
							{trial.result ? formatSeconds(trial.result.epochSecondsMedian) : '–'}
						</Table.Td>
						<Table.Td className="numeric">{trial.attemptNo}</Table.Td>
						<Table.Td>
							{trial.reason !== null && <Text size="sm">{trial.reason.replaceAll('_', ' ')}</Text>}
							{trial.message !== null && (
								<Text size="xs" c="dimmed" lineClamp={2} maw={360}>
									{trial.message}
								</Text>
							)}
						</Table.Td>
					</Table.Tr>
				))}
			</Table.Tbody>
		</ScrollTable>
	);
}
