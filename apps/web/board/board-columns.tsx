import type { LeaderboardEntry } from '@basin/client';
import { VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { formatBatchSize, formatConfiguration } from '../format/configurations.ts';
import { formatCount, formatHalfWidth, formatPercent, formatSeconds, formatValue } from '../format/numbers.ts';
import type { Bounds } from './board-filter.ts';
import { isWaiting } from './board-filter.ts';
import { type ColumnId, effectiveRate } from './board-order.ts';
import { IntervalBar } from './interval-bar.tsx';

/** What the cells of a board need besides their row. */
export type CellContext = { trainSize: number; bounds: Bounds | null };

export type Column = {
	id: ColumnId;
	/** Short, in the head. */
	label: string;
	/** In full, in the menu of columns and for screen readers. */
	title: string;
	width: number;
	numeric: boolean;
	/** Shown until a person chooses; some others are where a board has something to say in them. */
	byDefault: boolean;
	cell: (entry: LeaderboardEntry, context: CellContext) => ReactNode;
};

const dash = '–';

export const columns: readonly Column[] = [
	text('rank', 'Rank', 'Rank', 92, (entry, { trainSize }) => <Rank entry={entry} trainSize={trainSize} />),
	number('batchSize', 'B', 'Batch size B', 72, ({ configuration }, { trainSize }) =>
		formatBatchSize(configuration.batchSize, trainSize),
	),
	number('eta', 'η', 'Learning rate η', 80, ({ configuration }) => formatValue(configuration.eta)),
	number('lambda', 'λ', 'Momentum λ', 64, ({ configuration }) => formatValue(configuration.lambda)),
	hidden(
		number('effectiveRate', 'η/(1 − λ)', 'Effective rate η/(1 − λ)', 96, ({ configuration }) =>
			formatValue(effectiveRate(configuration)),
		),
	),
	number('accuracy', 'Val. accuracy', 'Validation accuracy, mean over seeds', 148, (entry) => (
		<Accuracy entry={entry} />
	)),
	text('interval', '95 % interval', 'Interval of 95 % over seeds, drawn', 136, (entry, { bounds }) => (
		<IntervalBar entry={entry} bounds={bounds} />
	)),
	hidden(
		number('std', 'Std', 'Standard deviation of the accuracy over seeds', 84, ({ valAccuracy }) =>
			valAccuracy?.std == null ? dash : formatPercent(valAccuracy.std),
		),
	),
	number('epochSeconds', 'Epoch', 'Epoch seconds: median of the updates of one epoch', 92, ({ epochSeconds }) =>
		epochSeconds === null ? dash : formatSeconds(epochSeconds.median),
	),
	hidden(
		number('epochIqr', 'Epoch IQR', 'Epoch seconds: interquartile range over seeds', 100, ({ epochSeconds }) =>
			epochSeconds === null ? dash : formatSeconds(epochSeconds.iqr[1] - epochSeconds.iqr[0]),
		),
	),
	number('updateSeconds', 'Update', 'Seconds per update, median', 92, ({ updateSeconds }) =>
		updateSeconds === null ? dash : formatSeconds(updateSeconds.median),
	),
	hidden(
		number(
			'secondsToTarget',
			'To target',
			'Seconds of updates to the target accuracy, median',
			96,
			({ secondsToTarget }) => (secondsToTarget === null ? dash : formatSeconds(secondsToTarget)),
		),
	),
	hidden(
		number('tiedWith', 'Ties', 'Configurations that it is tied with', 64, ({ tiedWith }) =>
			tiedWith === null ? dash : formatCount(tiedWith),
		),
	),
	text('pareto', 'Pareto', 'On the Pareto front of accuracy and epoch seconds', 84, ({ onParetoFront }) =>
		onParetoFront ? <span className="mark front">on front</span> : null,
	),
	number('seeds', 'Seeds', 'Seeds that succeeded', 72, ({ seeds }) => `${seeds.succeeded} / ${seeds.total}`),
	hidden(
		number('failed', 'Failed', 'Seeds that failed', 72, ({ seeds }) =>
			seeds.failed === 0 ? '' : <span className="failed-count">{seeds.failed}</span>,
		),
	),
	hidden(text('device', 'Device', 'Device', 220, ({ device }) => device?.label ?? dash)),
];

type Cell = Column['cell'];

function text(id: ColumnId, label: string, title: string, width: number, cell: Cell): Column {
	return { id, label, title, width, numeric: false, byDefault: true, cell };
}

function number(id: ColumnId, label: string, title: string, width: number, cell: Cell): Column {
	return { id, label, title, width, numeric: true, byDefault: true, cell };
}

function hidden(column: Column): Column {
	return { ...column, byDefault: false };
}

function Rank({ entry, trainSize }: { entry: LeaderboardEntry; trainSize: number }) {
	const rank = formatCount(entry.rank);
	const configuration = formatConfiguration(entry.configuration, trainSize);
	return (
		<>
			{entry.bestTrialId === null ? (
				rank
			) : (
				<Link
					className="row-link"
					to={`/trials/${entry.bestTrialId}`}
					aria-label={`Rank ${rank}: best trial of ${configuration}`}
				>
					{rank}
				</Link>
			)}
			{entry.tiedWith !== null && entry.tiedWith > 0 && (
				<span className="ties">
					<span aria-hidden>≈ {formatCount(entry.tiedWith)}</span>
					<VisuallyHidden>tied with {formatCount(entry.tiedWith)} others</VisuallyHidden>
				</span>
			)}
		</>
	);
}

function Accuracy({ entry }: { entry: LeaderboardEntry }) {
	if (entry.diverged) return <span className="mark diverged">diverged</span>;
	if (entry.valAccuracy === null) return isWaiting(entry) ? 'waiting' : <span className="mark diverged">failed</span>;
	const { mean, ci95 } = entry.valAccuracy;
	return (
		<>
			{formatPercent(mean)}
			{ci95 !== null && <span className="half-width"> {formatHalfWidth(ci95)}</span>}
		</>
	);
}
