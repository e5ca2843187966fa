import type { SweepSummary } from '@basin/client';
import { Anchor, Progress, Text, VisuallyHidden } from '@mantine/core';
import { memo, useEffect } from 'react';
import { Link } from 'react-router';
import { formatConfiguration } from '../format/configurations.ts';
import { formatCount, formatDuration, formatPercent } from '../format/numbers.ts';
import { Moment } from '../shell/moment.tsx';
import { RowGap } from '../shell/row-gap.tsx';
import { StateBadge } from '../shell/state-badge.tsx';
import { useVirtualRows } from '../shell/use-virtual-rows.ts';

const rowHeight = 60;
const columns = [
	{ label: 'Name', width: 260 },
	{ label: 'State', width: 130 },
	{ label: 'Progress', width: 150 },
	{ label: 'Trials', width: 110, numeric: true },
	{ label: 'Best so far', width: 220 },
	{ label: 'Labels', width: 170 },
	{ label: 'Created', width: 170 },
];
const selectWidth = 44;

type SweepsTableProps = {
	sweeps: SweepSummary[];
	selection: ReadonlySet<string>;
	onToggle: (id: string) => void;
	onLabel: (label: string) => void;
	/** Called when the last rows come into sight. */
	onEnd: () => void;
};

/** Only the rows in sight are in the document; more are asked for when the end comes near. */
export function SweepsTable({ sweeps, selection, onToggle, onLabel, onEnd }: SweepsTableProps) {
	const { box, rows, above, below } = useVirtualRows({
		count: sweeps.length,
		rowHeight,
		keyOf: (index) => sweeps[index]!.id,
	});
	const last = rows.at(-1)?.index ?? 0;
	useEffect(() => {
		if (last >= sweeps.length - 5) onEnd();
	}, [last, sweeps.length, onEnd]);
	const width = selectWidth + columns.reduce((sum, column) => sum + column.width, 0);
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1).
		<section ref={box} className="scroll-box board-box" aria-label="Sweeps" tabIndex={0}>
			<table className="board tall-rows" style={{ minWidth: width }}>
				<colgroup>
					<col width={selectWidth} />
					{columns.map(({ label, width }) => (
						<col key={label} width={width} />
					))}
				</colgroup>
				<thead>
					<tr>
						<th scope="col">
							<VisuallyHidden>Select</VisuallyHidden>
						</th>
						{columns.map(({ label, numeric }) => (
							<th key={label} scope="col" className={numeric ? 'numeric' : undefined}>
								{label}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					<RowGap height={above} columns={columns.length + 1} />
					{rows.map(({ index, key }) => {
						const sweep = sweeps[index]!;
						return (
							<SweepRow
								key={key}
								sweep={sweep}
								isSelected={selection.has(sweep.id)}
								onToggle={onToggle}
								onLabel={onLabel}
							/>
						);
					})}
					<RowGap height={below} columns={columns.length + 1} />
				</tbody>
			</table>
		</section>
	);
}

type SweepRowProps = Pick<SweepsTableProps, 'onToggle' | 'onLabel'> & { sweep: SweepSummary; isSelected: boolean };

const SweepRow = memo(function SweepRow({ sweep, isSelected, onToggle, onLabel }: SweepRowProps) {
	const { best, counts, progress } = sweep;
	const ended = counts.succeeded + counts.failed + counts.pruned + counts.cancelled;
	return (
		<tr className="board-row" data-selected={isSelected || undefined}>
			<td>
				<input
					type="checkbox"
					className="row-check"
					aria-label={`Select ${sweep.name}`}
					checked={isSelected}
					onChange={() => onToggle(sweep.id)}
				/>
			</td>
			<th scope="row">
				<Anchor component={Link} inherit to={`/sweeps/${sweep.id}`} fw={600} title={sweep.name}>
					{sweep.name}
				</Anchor>
				<Text size="xs" c="dimmed" truncate>
					{sweep.dataset} · {sweep.model}
				</Text>
			</th>
			<td>
				<StateBadge state={sweep.state} />
			</td>
			<td>
				<Progress value={progress.fraction * 100} aria-label={`Progress of ${sweep.name}`} />
				<Text size="xs" c="dimmed" mt={4}>
					{formatPercent(progress.fraction, 0)}
					{progress.etaSeconds !== null && ` · ${formatDuration(progress.etaSeconds)} left`}
				</Text>
			</td>
			<td className="numeric">
				{formatCount(ended)} / {formatCount(counts.total)}
				{counts.failed > 0 && (
					<Text size="xs" c="dimmed">
						{formatCount(counts.failed)} failed
					</Text>
				)}
			</td>
			<td>
				{best === null ? (
					<Text size="sm" c="dimmed">
						none yet
					</Text>
				) : (
					<>
						<Text size="sm">{formatPercent(best.valAccuracyMean)}</Text>
						<Text size="xs" c="dimmed">
							{formatConfiguration(best.configuration)}
						</Text>
					</>
				)}
			</td>
			<td>
				{Object.entries(sweep.labels).map(([key, value]) => (
					<button
						key={key}
						type="button"
						className="label-button"
						title={`Only sweeps with ${key}: ${value}`}
						onClick={() => onLabel(`${key}:${value}`)}
					>
						{value === '' ? key : `${key}: ${value}`}
					</button>
				))}
			</td>
			<td>
				<Moment at={sweep.createdAt} />
			</td>
		</tr>
	);
});
