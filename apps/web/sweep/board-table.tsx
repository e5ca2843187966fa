import type { LeaderboardEntry } from '@basin/cli/client.ts';
import { Anchor, Badge, Checkbox, Table, Text, VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';
import { formatBatchSize, formatConfiguration } from '../format/configurations.ts';
import { formatCount, formatHalfWidth, formatPercent, formatSeconds, formatValue } from '../format/numbers.ts';
import { ScrollTable } from '../shell/scroll-table.tsx';
import { drawnAtMost, keyOf } from './board-panel.tsx';

type BoardTableProps = {
	entries: LeaderboardEntry[];
	/** N of the sweep: a batch size of N is shown as “full”. */
	trainSize: number;
	severalDevices: boolean;
	/** More trials will finish. */
	live: boolean;
	drawn: ReadonlySet<string>;
	onToggle: (entry: LeaderboardEntry) => void;
};

/** The ranking as the API gives it; diverged configurations come last and look so. */
export function BoardTable({ entries, trainSize, severalDevices, live, drawn, onToggle }: BoardTableProps) {
	return (
		<ScrollTable label="Leaderboard" highlightOnHover maxHeight="75vh" verticalSpacing={6} horizontalSpacing={8}>
			<Table.Thead>
				<Table.Tr>
					<Table.Th scope="col" w={40}>
						<VisuallyHidden>Draw its curve</VisuallyHidden>
					</Table.Th>
					<Table.Th scope="col" w={84}>
						Rank
					</Table.Th>
					<Table.Th scope="col" className="numeric" w={76}>
						B
					</Table.Th>
					<Table.Th scope="col" className="numeric" w={88}>
						η
					</Table.Th>
					<Table.Th scope="col" className="numeric" w={64}>
						λ
					</Table.Th>
					<Table.Th scope="col" className="numeric" w={150}>
						Val. accuracy
					</Table.Th>
					<Table.Th scope="col" className="numeric" w={92}>
						Epoch
					</Table.Th>
					<Table.Th scope="col" w={88}>
						Pareto
					</Table.Th>
					<Table.Th scope="col" className="numeric" w={104}>
						Seeds
					</Table.Th>
					{severalDevices && <Table.Th scope="col">Device</Table.Th>}
				</Table.Tr>
			</Table.Thead>
			<Table.Tbody>
				{entries.length === 0 && (
					<Table.Tr>
						<Table.Td colSpan={severalDevices ? 10 : 9}>
							<Text size="sm" c="dimmed" py="md" ta="center">
								{live
									? 'The first configuration appears here when one of its trials has finished.'
									: 'No trial finished, so there is nothing to rank.'}
							</Text>
						</Table.Td>
					</Table.Tr>
				)}
				{entries.map((entry) => {
					const isDrawn = drawn.has(keyOf(entry));
					const configuration = formatConfiguration(entry.configuration, trainSize);
					return (
						<Table.Tr
							key={keyOf(entry)}
							className="board-row"
							data-diverged={entry.diverged || undefined}
							data-waiting={isWaiting(entry) || undefined}
						>
							<Table.Td>
								<Checkbox
									size="xs"
									aria-label={`Draw the curve of ${configuration}`}
									checked={isDrawn}
									disabled={entry.bestTrialId === null || (!isDrawn && drawn.size >= drawnAtMost)}
									onChange={() => onToggle(entry)}
								/>
							</Table.Td>
							<Table.Th scope="row" style={{ whiteSpace: 'nowrap' }}>
								<Rank entry={entry} configuration={configuration} />
							</Table.Th>
							<Table.Td className="numeric" title={formatCount(entry.configuration.batchSize)}>
								{formatBatchSize(entry.configuration.batchSize, trainSize)}
							</Table.Td>
							<Table.Td className="numeric">{formatValue(entry.configuration.eta)}</Table.Td>
							<Table.Td className="numeric">{formatValue(entry.configuration.lambda)}</Table.Td>
							<Table.Td className="numeric wrapping">
								<Accuracy entry={entry} />
							</Table.Td>
							<Table.Td className="numeric">
								{entry.epochSeconds === null ? '–' : formatSeconds(entry.epochSeconds.median)}
							</Table.Td>
							<Table.Td>
								{entry.onParetoFront && (
									<Badge size="sm" variant="light" tt="none">
										on front
									</Badge>
								)}
							</Table.Td>
							<Table.Td className="numeric">
								<Seeds entry={entry} />
							</Table.Td>
							{severalDevices && <Table.Td>{entry.device?.label ?? '–'}</Table.Td>}
						</Table.Tr>
					);
				})}
			</Table.Tbody>
		</ScrollTable>
	);
}

/** No seed has finished, and none will be missed: trials still run or wait. */
function isWaiting(entry: LeaderboardEntry): boolean {
	return entry.seeds.succeeded === 0 && !entry.diverged;
}

function Rank({ entry, configuration }: { entry: LeaderboardEntry; configuration: string }) {
	const rank = formatCount(entry.rank);
	return (
		<>
			{entry.bestTrialId === null ? (
				rank
			) : (
				<Anchor
					component={Link}
					inherit
					to={`/trials/${entry.bestTrialId}`}
					aria-label={`Rank ${rank}: best trial of ${configuration}`}
				>
					{rank}
				</Anchor>
			)}
			{entry.tiedWith !== null && entry.tiedWith > 0 && (
				<Text span size="xs" c="dimmed" ml={6} fw={400}>
					<span aria-hidden>≈ {formatCount(entry.tiedWith)}</span>
					<VisuallyHidden>tied with {formatCount(entry.tiedWith)} others</VisuallyHidden>
				</Text>
			)}
		</>
	);
}

function Accuracy({ entry }: { entry: LeaderboardEntry }) {
	if (entry.diverged)
		return (
			<Badge color="red" variant="light" size="sm" tt="none">
				diverged
			</Badge>
		);
	if (entry.valAccuracy === null) return <>{entry.seeds.failed > 0 ? 'failed' : 'waiting'}</>;
	const { mean, ci95 } = entry.valAccuracy;
	return (
		<>
			{formatPercent(mean)}
			{ci95 !== null && (
				<Text span size="xs" c="dimmed">
					{` ${formatHalfWidth(ci95)}`}
				</Text>
			)}
		</>
	);
}

function Seeds({ entry }: { entry: LeaderboardEntry }) {
	const { total, succeeded, failed } = entry.seeds;
	return (
		<>
			{succeeded} / {total}
			{failed > 0 && (
				<Text span size="xs" ml={6} c="var(--mantine-color-error)">
					{failed} failed
				</Text>
			)}
		</>
	);
}
