import type { LeaderboardEntry, Sweep } from '@basin/client';
import { Group, Paper, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { metricsQuery } from '../api/metrics.ts';
import { trialSampleQuery } from '../api/queries.ts';
import { type Axis, axes, isRanked, valuesOf } from '../board/board-filter.ts';
import { FilterBar } from '../board/filter-bar.tsx';
import { selectedRows } from '../board/use-board.ts';
import { viridis } from '../charts/color-scale.ts';
import { CurveControls, useCurveChoice } from '../charts/curve-controls.tsx';
import { measures, pointsOf } from '../charts/curve-series.ts';
import { LazyLineChart } from '../charts/lazy-line-chart.tsx';
import { formatBatchSize, formatConfiguration } from '../format/configurations.ts';
import { formatQuantity, formatValue } from '../format/numbers.ts';
import { useAddress } from '../shell/use-address.ts';
import type { PanelProps } from '../sweep/panel-props.ts';

type Curve = { trialId: string; name: string; ended: boolean; entry: LeaderboardEntry | null };

/** Running trials that are drawn besides the chosen rows. */
const runningDrawn = 4;
const counts = ['5', '10', '20', '50'];

/** Learning curves: of the selected rows, else of the best that pass the filter; what runs now is dashed. */
export default function CurvesPanel({ sweep, live, streaming, board }: PanelProps) {
	const curve = useCurveChoice();
	const { params, setParam } = useAddress();
	const count = counts.find((one) => one === params.get('curves')) ?? '5';
	const color = axes.find((axis) => axis === params.get('color')) ?? null;
	const selected = selectedRows(board);
	const rows = selected.length > 0 ? selected : board.shown.filter(isRanked).slice(0, Number(count));
	const curves = useCurves(sweep, live, streaming, rows);
	const metrics = useQueries({
		queries: curves.map(({ trialId, ended }) => metricsQuery(trialId, ended, streaming)),
	});
	const colors = useColors(rows, color);
	const series = curves.map(({ trialId, name, ended, entry }, index) => ({
		id: trialId,
		name,
		dashed: !ended,
		points: pointsOf(metrics[index]?.data?.points ?? [], curve.choice),
		color: entry === null || color === null ? undefined : colors.get(entry.configuration[color]),
	}));
	return (
		<Stack gap="sm" component="section" aria-label="Learning curves">
			<FilterBar sweep={sweep} board={board} />
			<CurveControls {...curve} />
			<Group gap="sm">
				{selected.length === 0 && (
					<SegmentedControl
						aria-label="How many curves"
						size="xs"
						data={counts.map((value) => ({ value, label: `best ${value}` }))}
						value={count}
						onChange={(value) => setParam('curves', value === '5' ? null : value)}
					/>
				)}
				<SegmentedControl
					aria-label="Colour by"
					size="xs"
					data={[
						{ value: '', label: 'each its colour' },
						{ value: 'batchSize', label: 'by B' },
						{ value: 'eta', label: 'by η' },
						{ value: 'lambda', label: 'by λ' },
					]}
					value={color ?? ''}
					onChange={(value) => setParam('color', value)}
				/>
				{color !== null && <ColorKey axis={color} colors={colors} trainSize={sweep.trainSize} />}
			</Group>
			<Paper withBorder p="md">
				<Title order={2} size="h5" mb="xs">
					{measures[curve.choice.measure].label}
				</Title>
				{curves.length === 0 ? (
					<Text size="sm" c="dimmed" className="chart">
						{live ? 'Curves appear with the first epoch.' : 'No configuration that passes the filters has a curve.'}
					</Text>
				) : (
					<LazyLineChart series={series} choice={curve.choice} />
				)}
			</Paper>
			<Text size="xs" c="dimmed">
				{selected.length > 0
					? `The best trial of ${formatQuantity(selected.length, 'selected row')}`
					: 'The best trial of the best rows that pass the filters; select rows of the leaderboard to draw others'}
				{live ? '; dashed: running now' : ''}. Smoothing is an exponential moving average.
			</Text>
		</Stack>
	);
}

function useCurves(sweep: Sweep, live: boolean, streaming: boolean, rows: LeaderboardEntry[]): Curve[] {
	const running = useQuery({
		...trialSampleQuery(sweep.id, 'running', runningDrawn, live && !streaming),
		enabled: live,
	});
	const best = rows.flatMap((entry): Curve[] =>
		entry.bestTrialId === null
			? []
			: [
					{
						trialId: entry.bestTrialId,
						name: formatConfiguration(entry.configuration, sweep.trainSize),
						ended: true,
						entry,
					},
				],
	);
	if (!live) return best;
	const now = (running.data?.items ?? [])
		.filter((trial) => !best.some(({ trialId }) => trialId === trial.id))
		.map((trial) => ({
			trialId: trial.id,
			name: `${formatConfiguration(trial.configuration, sweep.trainSize)}, seed ${trial.seed}`,
			ended: false,
			entry: null,
		}));
	return [...best, ...now];
}

/** A colour for each value of the axis, dark to light as it rises. */
function useColors(rows: LeaderboardEntry[], axis: Axis | null): Map<number, string> {
	const values = axis === null ? '' : valuesOf(rows, axis).join(' ');
	return useMemo(() => {
		const list = values === '' ? [] : values.split(' ').map(Number);
		return new Map(list.map((value, i) => [value, viridis(list.length < 2 ? 0.4 : (0.9 * i) / (list.length - 1))]));
	}, [values]);
}

function ColorKey({ axis, colors, trainSize }: { axis: Axis; colors: Map<number, string>; trainSize: number }) {
	return (
		<Group gap={8} component="ul" className="color-key" aria-label={`Colours of ${axis}`}>
			{[...colors].map(([value, color]) => (
				<li key={value}>
					<svg width={12} height={12} aria-hidden>
						<rect width={12} height={12} rx={2} fill={color} />
					</svg>{' '}
					{axis === 'batchSize' ? formatBatchSize(value, trainSize) : formatValue(value)}
				</li>
			))}
		</Group>
	);
}
