import type { LeaderboardEntry } from '@basin/client';
import { Anchor, Button, Group, Stack, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { formatConfiguration } from '../format/configurations.ts';
import { ScrollTable } from '../shell/scroll-table.tsx';
import { useAddress } from '../shell/use-address.ts';
import type { PanelProps } from '../sweep/panel-props.ts';
import { keyOf } from './board-filter.ts';
import { bestOf, comparedRows, isTie } from './compare-rows.ts';
import { selectedRows } from './use-board.ts';

/** The selected rows of the leaderboard beside each other; what is best in a line is marked. */
export default function ComparePanel({ sweep, board }: PanelProps) {
	const { setParam } = useAddress();
	const rows = selectedRows(board);
	if (rows.length < 2)
		return (
			<Stack align="start">
				<Text size="sm">Select two rows or more in the leaderboard to compare them.</Text>
				<Button size="xs" variant="default" onClick={() => setParam('tab', null)}>
					To the leaderboard
				</Button>
			</Stack>
		);
	return (
		<Stack gap="sm">
			<Group gap="xs">
				<Button size="xs" variant="default" onClick={() => setParam('tab', 'curves')}>
					Their learning curves
				</Button>
				<Button size="xs" variant="default" onClick={() => setParam('sel', null)}>
					Clear the selection
				</Button>
			</Group>
			<ScrollTable label="Comparison" minWidth={200 + 170 * rows.length}>
				<Table.Thead>
					<Table.Tr>
						<Table.Th scope="col">Configuration</Table.Th>
						{rows.map((entry) => (
							<Table.Th key={keyOf(entry)} scope="col">
								<Head entry={entry} trainSize={sweep.trainSize} />
							</Table.Th>
						))}
					</Table.Tr>
				</Table.Thead>
				<Table.Tbody>
					{comparedRows.map((line) => (
						<CompareLine key={line.label} line={line} rows={rows} />
					))}
					<Table.Tr>
						<Table.Th scope="row">Against the first</Table.Th>
						{rows.map((entry) => (
							<Table.Td key={keyOf(entry)}>{tieText(rows[0]!, entry)}</Table.Td>
						))}
					</Table.Tr>
				</Table.Tbody>
			</ScrollTable>
		</Stack>
	);
}

function Head({ entry, trainSize }: { entry: LeaderboardEntry; trainSize: number }) {
	const name = formatConfiguration(entry.configuration, trainSize);
	if (entry.bestTrialId === null) return <>{name}</>;
	return (
		<Anchor component={Link} inherit to={`/trials/${entry.bestTrialId}`}>
			{name}
		</Anchor>
	);
}

function CompareLine({ line, rows }: { line: (typeof comparedRows)[number]; rows: LeaderboardEntry[] }) {
	const { label, text, score } = line;
	const best = score === undefined ? new Set() : bestOf(rows.map(score));
	return (
		<Table.Tr>
			<Table.Th scope="row">{label}</Table.Th>
			{rows.map((entry, i) => (
				<Table.Td key={keyOf(entry)} fw={best.has(i) ? 700 : undefined}>
					{text(entry)}
					{best.has(i) && <span className="mark front beside-text">best</span>}
				</Table.Td>
			))}
		</Table.Tr>
	);
}

function tieText(first: LeaderboardEntry, entry: LeaderboardEntry): string {
	if (entry === first) return '–';
	const tie = isTie(first, entry);
	if (tie === null) return 'unknown: an interval needs two seeds';
	return tie ? 'tied: the intervals overlap' : 'differs: the intervals do not overlap';
}
