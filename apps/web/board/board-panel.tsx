import type { LeaderboardEntry, Sweep } from '@basin/client';
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import { useMemo } from 'react';
import { StaleNotice } from '../shell/notices.tsx';
import { useAddress } from '../shell/use-address.ts';
import type { PanelProps } from '../sweep/panel-props.ts';
import { nextOrder, readOrder, sortBoard, writeOrder } from './board-order.ts';
import { BoardTable } from './board-table.tsx';
import { ColumnMenu, useColumns } from './column-menu.tsx';
import { ExportButtons } from './export-buttons.tsx';
import { FilterBar } from './filter-bar.tsx';
import { RankChoice } from './rank-choice.tsx';
import { type Board, selectedAtMost } from './use-board.ts';

/** The ranking: filtered, sorted by any column, with rows to select for comparing. */
export default function BoardPanel({ sweep, live, pageIsStale, board }: PanelProps) {
	const { query, shown, selection, toggle } = board;
	const { params, setParam } = useAddress();
	const order = readOrder(params.get('sort'));
	const rows = useMemo(() => sortBoard(shown, readOrder(params.get('sort'))), [shown, params]);
	const columns = useColumns({
		severalDevices: sweep.devices.length > 1,
		someFailed: sweep.counts.failed > 0,
		hasTarget: board.ranking.target !== undefined,
	});
	return (
		<Stack gap="sm">
			<StaleNotice error={pageIsStale ? null : query.error} />
			<Group justify="space-between" gap="sm">
				<RankChoice ranking={board.ranking} onChange={board.setRanking} size="xs" />
				<Group gap="xs">
					<CompareButton selection={selection} onCompare={() => setParam('tab', 'compare')} />
					<ColumnMenu {...columns} />
					<ExportButtons sweep={sweep} query={board.ranking} />
				</Group>
			</Group>
			<FilterBar sweep={sweep} board={board} />
			{query.data === undefined ? (
				<Skeleton height={320} aria-label="Loading the leaderboard" />
			) : (
				<BoardTable
					rows={rows}
					columns={columns.shown}
					trainSize={sweep.trainSize}
					order={order}
					onOrder={(column) => setParam('sort', (now) => writeOrder(nextOrder(readOrder(now), column)))}
					selection={selection}
					isFull={selection.size >= selectedAtMost}
					onToggle={toggle}
					emptyText={emptyText(board, live)}
				/>
			)}
			{board.entries.length > 0 && <BoardNotes sweep={sweep} entries={board.entries} />}
		</Stack>
	);
}

function emptyText({ entries }: Board, live: boolean): string {
	if (entries.length > 0) return 'No configuration passes the filters.';
	if (live) return 'The first configuration appears here when one of its trials has finished.';
	return 'No trial finished, so there is nothing to rank.';
}

function CompareButton({ selection, onCompare }: { selection: ReadonlySet<string>; onCompare: () => void }) {
	return (
		<Button
			variant={selection.size >= 2 ? 'filled' : 'default'}
			size="xs"
			leftSection={<IconArrowsDiff size={14} aria-hidden />}
			disabled={selection.size < 2}
			onClick={onCompare}
			title={selection.size < 2 ? 'Select two rows or more' : undefined}
		>
			{selection.size === 0 ? 'Compare' : `Compare ${selection.size}`}
		</Button>
	);
}

function BoardNotes({ sweep, entries }: { sweep: Sweep; entries: readonly LeaderboardEntry[] }) {
	const [onlyDevice] = sweep.devices;
	const hasIntervals = entries.some((entry) => entry.tiedWith !== null);
	return (
		<Text size="xs" c="dimmed">
			{hasIntervals
				? '± is half the 95 % interval over seeds; ≈ 2 means tied: the interval overlaps those of two others. '
				: 'One seed gives no interval, so ties are unknown; three seeds or more show them. '}
			Epoch is the median wall-clock of an epoch’s updates. Ranks, ties and front are those of the whole board, also
			while it is filtered.
			{onlyDevice !== undefined && sweep.devices.length === 1 && ` Measured on ${onlyDevice.label}.`}
		</Text>
	);
}
