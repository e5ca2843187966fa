import type { SweepSummary } from '@basin/client';
import { memo, useEffect } from 'react';
import { Link } from 'react-router';
import { formatConfiguration } from '../format/configurations.ts';
import { secondsBetween } from '../format/moments.ts';
import { formatCount, formatDuration, formatPercent } from '../format/numbers.ts';
import { Moment } from '../shell/moment.tsx';
import { RowGap } from '../shell/row-gap.tsx';
import { StateBadge } from '../shell/state-badge.tsx';
import { useNarrow } from '../shell/use-narrow.ts';
import { useVirtualRows } from '../shell/use-virtual-rows.ts';

const rowHeight = 60;
/** Besides the name. */
const columns = [
	{ label: 'State', width: 124 },
	{ label: 'Progress', width: 150 },
	{ label: 'Trials', width: 100, numeric: true },
	{ label: 'Best so far', width: 200 },
	{ label: 'Labels', width: 170 },
	{ label: 'Created', width: 186 },
];
const selectWidth = 44;

type SweepsTableProps = {
	sweeps: SweepSummary[];
	selection: ReadonlySet<string>;
	onToggle: (id: string) => void;
	onSelect: (ids: string[]) => void;
	onLabel: (label: string) => void;
	/** Called when the last rows come into sight. */
	onEnd: () => void;
};

/** Only the rows in sight are in the document; more are asked for when the end comes near. */
export function SweepsTable({ sweeps, selection, onToggle, onSelect, onLabel, onEnd }: SweepsTableProps) {
	const { box, inSight, above, below } = useVirtualRows({ count: sweeps.length, rowHeight });
	const last = inSight.at(-1) ?? 0;
	useEffect(() => {
		if (last >= sweeps.length - 5) onEnd();
	}, [last, sweeps.length, onEnd]);
	const nameWidth = useNarrow() ? 160 : 240;
	const width = selectWidth + nameWidth + columns.reduce((sum, column) => sum + column.width, 0);
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1).
		<section ref={box} className="scroll-box board-box" aria-label="Sweeps" tabIndex={0}>
			<table className="board tall-rows" style={{ minWidth: width }}>
				<colgroup>
					<col width={selectWidth} />
					<col width={nameWidth} />
					{columns.map(({ label, width }) => (
						<col key={label} width={width} />
					))}
				</colgroup>
				<thead>
					<tr>
						<th scope="col">
							<SelectAll sweeps={sweeps} selection={selection} onSelect={onSelect} />
						</th>
						<th scope="col">Name</th>
						{columns.map(({ label, numeric }) => (
							<th key={label} scope="col" className={numeric ? 'numeric' : undefined}>
								{label}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					<RowGap height={above} columns={columns.length + 2} />
					{inSight.map((index) => {
						const sweep = sweeps[index]!;
						return (
							<SweepRow
								key={sweep.id}
								sweep={sweep}
								isSelected={selection.has(sweep.id)}
								onToggle={onToggle}
								onLabel={onLabel}
							/>
						);
					})}
					<RowGap height={below} columns={columns.length + 2} />
				</tbody>
			</table>
		</section>
	);
}

/** Ticked when every sweep that was loaded is selected; a dash when some are. */
function SelectAll({ sweeps, selection, onSelect }: Pick<SweepsTableProps, 'sweeps' | 'selection' | 'onSelect'>) {
	const isAll = sweeps.length > 0 && sweeps.every(({ id }) => selection.has(id));
	return (
		<input
			type="checkbox"
			className="row-check"
			aria-label="Select all shown"
			checked={isAll}
			ref={(box) => {
				if (box !== null) box.indeterminate = !isAll && selection.size > 0;
			}}
			onChange={() => onSelect(isAll ? [] : sweeps.map(({ id }) => id))}
		/>
	);
}

type SweepRowProps = Pick<SweepsTableProps, 'onToggle' | 'onLabel'> & { sweep: SweepSummary; isSelected: boolean };

/** Plain elements: a table of a thousand sweeps scrolls, and a component of the library costs several of them. */
const SweepRow = memo(function SweepRow({ sweep, isSelected, onToggle, onLabel }: SweepRowProps) {
	const { counts, progress } = sweep;
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
			<th scope="row" className="clip">
				<Link className="row-link" to={`/sweeps/${sweep.id}`} title={sweep.name}>
					{sweep.name}
				</Link>
				<div className="second-line">
					{sweep.dataset} · {sweep.model}
				</div>
			</th>
			<td>
				<StateBadge state={sweep.state} />
			</td>
			<td>
				<progress
					className="row-progress"
					data-state={sweep.state}
					value={progress.fraction}
					aria-label={`Progress of ${sweep.name}`}
				/>
				<div className="second-line">
					{formatPercent(progress.fraction, 0)}
					{progress.etaSeconds !== null && ` · ${formatDuration(progress.etaSeconds)} left`}
				</div>
			</td>
			<td className="numeric">
				{formatCount(ended)} / {formatCount(counts.total)}
				{counts.failed > 0 && <div className="second-line failed-count">{formatCount(counts.failed)} failed</div>}
			</td>
			<td>
				<Best best={sweep.best} />
			</td>
			<td className="clip">
				<Labels labels={sweep.labels} onLabel={onLabel} />
			</td>
			<td>
				<Moment at={sweep.createdAt} />
				<Took sweep={sweep} />
			</td>
		</tr>
	);
});

function Best({ best }: Pick<SweepSummary, 'best'>) {
	if (best === null) return <span className="second-line">none yet</span>;
	return (
		<>
			<b>{formatPercent(best.valAccuracyMean)}</b>
			<div className="second-line">{formatConfiguration(best.configuration)}</div>
		</>
	);
}

function Labels({ labels, onLabel }: Pick<SweepSummary, 'labels'> & Pick<SweepsTableProps, 'onLabel'>) {
	return Object.entries(labels).map(([key, value]) => (
		<button
			key={key}
			type="button"
			className="label-button"
			title={`Only sweeps with ${key}: ${value}`}
			onClick={() => onLabel(`${key}:${value}`)}
		>
			{value === '' ? key : `${key}: ${value}`}
		</button>
	));
}

function Took({ sweep: { startedAt, finishedAt } }: { sweep: SweepSummary }) {
	if (startedAt === null || finishedAt === null) return null;
	return <div className="second-line">took {formatDuration(secondsBetween(startedAt, finishedAt))}</div>;
}
