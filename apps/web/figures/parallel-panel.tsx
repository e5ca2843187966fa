import { Button, Group, Paper, Skeleton, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { ParallelChart } from 'echarts/charts';
import { ParallelComponent } from 'echarts/components';
import { type EChartsType, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback, useEffect, useRef } from 'react';
import { isFiltered, noFilter } from '../board/board-filter.ts';
import type { Board } from '../board/use-board.ts';
import { EChart } from '../charts/echart.tsx';
import type { Scheme } from '../charts/ink.ts';
import { brushOf, type Coordinate, coordinates, filterOfBrush, parallelOption } from '../charts/parallel-option.ts';
import { formatCount, formatQuantity } from '../format/numbers.ts';
import { useAddress } from '../shell/use-address.ts';
import type { PanelProps } from '../sweep/panel-props.ts';
import { useOneDevice } from './use-one-device.tsx';

use([ParallelChart, ParallelComponent, CanvasRenderer]);

/** Every configuration as a line through its values; a brush on an axis filters all tabs. */
export default function ParallelPanel({ sweep, board }: PanelProps) {
	const { setParam } = useAddress();
	const { entries, deviceSelect } = useOneDevice(sweep, board.entries);
	const option = useCallback(
		(scheme: Scheme) => parallelOption({ entries, trainSize: sweep.trainSize }, scheme),
		[entries, sweep.trainSize],
	);
	const onMade = useBrushes(board);
	if (board.query.data === undefined) return <Skeleton className="chart" aria-label="Loading the chart" />;
	return (
		<Stack gap="sm">
			<Group gap="sm" justify="space-between">
				<Text size="sm" role="status">
					{formatCount(board.shown.length)} of {formatQuantity(board.entries.length, 'configuration')} within the
					brushes
				</Text>
				<Group gap="xs">
					{deviceSelect}
					<Button
						size="xs"
						variant="default"
						disabled={!isFiltered(board.filter)}
						onClick={() => board.setFilter({ ...noFilter, accuracy: undefined, epochSeconds: undefined })}
					>
						Clear
					</Button>
					<Button size="xs" variant="default" onClick={() => setParam('tab', null)}>
						See them in the leaderboard
					</Button>
				</Group>
			</Group>
			<Paper withBorder p="md">
				<EChart
					option={option}
					className="chart tall"
					onMade={onMade}
					label={`Parallel coordinates of ${formatQuantity(entries.length, 'configuration')} over B, η, λ, epoch seconds and accuracy. The filters of the leaderboard do the same as its brushes.`}
				/>
			</Paper>
			<Text size="xs" c="dimmed">
				Drag along an axis to keep what passes through; drag a brush to move it, click beside it to remove it. Lighter
				lines are more accurate. The filters hold in the leaderboard, the curves and the scatter too.
			</Text>
		</Stack>
	);
}

type Brushed = { parallelAxisId?: string; intervals?: [number, number][] };

/** Keeps the brushes of the chart and the filter of the address the same. */
function useBrushes({ entries, filter, setFilter }: Board): (chart: EChartsType) => void {
	const chart = useRef<EChartsType>(null);
	const scheme = useComputedColorScheme('light');
	const now = useRef({ entries, filter, setFilter });
	now.current = { entries, filter, setFilter };
	const onMade = useCallback((made: EChartsType) => {
		chart.current = made;
		made.on('axisareaselected', (event) => {
			const { parallelAxisId, intervals } = event as Brushed;
			const coordinate = coordinates.find((one) => one === parallelAxisId);
			if (coordinate === undefined) return;
			const { entries, filter, setFilter } = now.current;
			setFilter(filterOfBrush(coordinate, intervals?.[0], entries, filter));
		});
	}, []);
	// After the chart was drawn, which takes its brushes away.
	// biome-ignore lint/correctness/useExhaustiveDependencies: a new scheme draws the chart anew.
	useEffect(() => {
		for (const coordinate of coordinates) tell(chart.current, coordinate, brushOf(coordinate, filter, entries));
	}, [entries, filter, scheme]);
	return onMade;
}

function tell(chart: EChartsType | null, coordinate: Coordinate, bounds: readonly [number, number] | undefined): void {
	chart?.dispatchAction(
		{ type: 'axisAreaSelect', parallelAxisId: coordinate, intervals: bounds === undefined ? [] : [[...bounds]] },
		{ silent: true },
	);
}
