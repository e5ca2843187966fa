import type { LeaderboardEntry } from '@basin/client';
import { Text, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { memo, useMemo } from 'react';
import { formatConfiguration } from '../format/configurations.ts';
import { RowGap } from '../shell/row-gap.tsx';
import { useVirtualRows } from '../shell/use-virtual-rows.ts';
import type { CellContext, Column } from './board-columns.tsx';
import { isWaiting, keyOf } from './board-filter.ts';
import type { ColumnId, Order } from './board-order.ts';
import { intervalBounds } from './intervals.ts';

const rowHeight = 36;
const selectWidth = 44;

type BoardTableProps = {
	rows: readonly LeaderboardEntry[];
	columns: readonly Column[];
	trainSize: number;
	order: Order;
	onOrder: (column: ColumnId) => void;
	selection: ReadonlySet<string>;
	/** No more rows can be selected. */
	isFull: boolean;
	onToggle: (entry: LeaderboardEntry) => void;
	/** Said in place of rows. */
	emptyText: string;
};

/** The ranking as a table; only the rows in sight, and some around them, are in the document. */
export function BoardTable(props: BoardTableProps) {
	const { rows, columns, trainSize, order, onOrder, selection, isFull, onToggle, emptyText } = props;
	const { box, inSight, above, below } = useVirtualRows({ count: rows.length, rowHeight });
	const context = useMemo(() => ({ trainSize, bounds: intervalBounds(rows) }), [trainSize, rows]);
	const width = selectWidth + columns.reduce((sum, column) => sum + column.width, 0);
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1).
		<section ref={box} className="scroll-box board-box" aria-label="Leaderboard" tabIndex={0}>
			<table className="board" aria-rowcount={rows.length + 1} style={{ minWidth: width }}>
				<colgroup>
					<col width={selectWidth} />
					{columns.map(({ id, width }) => (
						<col key={id} width={width} />
					))}
				</colgroup>
				<thead>
					<tr>
						<th scope="col">
							<VisuallyHidden>Select to compare</VisuallyHidden>
						</th>
						{columns.map((column) => (
							<Head key={column.id} column={column} order={order} onOrder={onOrder} />
						))}
					</tr>
				</thead>
				<tbody>
					<RowGap height={above} columns={columns.length + 1} />
					{inSight.map((index) => {
						const entry = rows[index]!;
						const key = keyOf(entry);
						const isSelected = selection.has(key);
						return (
							<Row
								key={key}
								entry={entry}
								position={index + 2}
								columns={columns}
								context={context}
								isSelected={isSelected}
								isDisabled={isFull && !isSelected}
								onToggle={onToggle}
							/>
						);
					})}
					<RowGap height={below} columns={columns.length + 1} />
					{rows.length === 0 && (
						<tr>
							<td colSpan={columns.length + 1}>
								<Text size="sm" c="dimmed" py="md" ta="center">
									{emptyText}
								</Text>
							</td>
						</tr>
					)}
				</tbody>
			</table>
		</section>
	);
}

function Head({ column, order, onOrder }: { column: Column; order: Order; onOrder: (column: ColumnId) => void }) {
	const isSorted = order.column === column.id;
	const Arrow = order.descending ? IconArrowDown : IconArrowUp;
	return (
		<th
			scope="col"
			className={column.numeric ? 'numeric' : undefined}
			aria-sort={isSorted ? (order.descending ? 'descending' : 'ascending') : 'none'}
		>
			<button type="button" className="sort-button" title={column.title} onClick={() => onOrder(column.id)}>
				{column.label}
				{isSorted && <Arrow size={13} aria-hidden />}
			</button>
		</th>
	);
}

type RowProps = {
	entry: LeaderboardEntry;
	/** Among all rows, the head being the first. */
	position: number;
	columns: readonly Column[];
	context: CellContext;
	isSelected: boolean;
	isDisabled: boolean;
	onToggle: (entry: LeaderboardEntry) => void;
};

const Row = memo(function Row({ entry, position, columns, context, isSelected, isDisabled, onToggle }: RowProps) {
	return (
		<tr
			className="board-row"
			aria-rowindex={position}
			data-diverged={entry.diverged || undefined}
			data-waiting={isWaiting(entry) || undefined}
			data-selected={isSelected || undefined}
		>
			<td>
				<input
					type="checkbox"
					className="row-check"
					aria-label={`Select ${formatConfiguration(entry.configuration, context.trainSize)}`}
					checked={isSelected}
					disabled={isDisabled}
					onChange={() => onToggle(entry)}
				/>
			</td>
			{columns.map(({ id, numeric, cell }) =>
				id === 'rank' ? (
					<th key={id} scope="row">
						{cell(entry, context)}
					</th>
				) : (
					<td key={id} className={numeric ? 'numeric' : id === 'device' ? 'clip' : undefined}>
						{cell(entry, context)}
					</td>
				),
			)}
		</tr>
	);
});
