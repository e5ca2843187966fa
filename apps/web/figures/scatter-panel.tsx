import type { LeaderboardEntry, Sweep } from '@basin/client';
import { Group, Paper, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback, useMemo } from 'react';
import { useNavigate } from 'react-router';
import { FilterBar } from '../board/filter-bar.tsx';
import { EChart } from '../charts/echart.tsx';
import type { Scheme } from '../charts/ink.ts';
import { type ScatterChoice, scatterOption } from '../charts/scatter-option.ts';
import { formatConfiguration } from '../format/configurations.ts';
import { formatPercent, formatQuantity, formatSeconds } from '../format/numbers.ts';
import { useAddress } from '../shell/use-address.ts';
import type { PanelProps } from '../sweep/panel-props.ts';
import { useOneDevice } from './use-one-device.tsx';

use([ScatterChart, LineChart, CustomChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** Accuracy against the time of an epoch: what a configuration is worth, and the front that none beats in both. */
export default function ScatterPanel({ sweep, board }: PanelProps) {
	const { params, setParam } = useAddress();
	const { entries, deviceSelect } = useOneDevice(sweep, board.shown);
	// A configuration without an error has no place on a log axis.
	const isPerfect = useMemo(() => entries.some(({ valAccuracy }) => valAccuracy?.mean === 1), [entries]);
	const time: ScatterChoice['time'] = params.get('time') === 'linear' ? 'linear' : 'log';
	const height: ScatterChoice['height'] = params.get('height') === 'linear' || isPerfect ? 'linear' : 'log';
	const option = useCallback(
		(scheme: Scheme) => scatterOption({ entries, trainSize: sweep.trainSize, choice: { time, height } }, scheme),
		[entries, sweep.trainSize, time, height],
	);
	const navigate = useNavigate();
	const onMade = useCallback(
		(chart: EChartsType) => {
			chart.on('click', ({ data }) => {
				const trialId = (data as { trialId?: string } | undefined)?.trialId;
				if (trialId) navigate(`/trials/${trialId}`);
			});
		},
		[navigate],
	);
	const label = useMemo(() => describe(entries, sweep), [entries, sweep]);
	if (board.query.data === undefined) return <Skeleton className="chart" aria-label="Loading the chart" />;
	return (
		<Stack gap="sm">
			<FilterBar sweep={sweep} board={board} />
			<Group gap="sm">
				<SegmentedControl
					aria-label="Height"
					size="xs"
					data={[
						{ value: 'log', label: 'log accuracy' },
						{ value: 'linear', label: 'linear accuracy' },
					]}
					value={height}
					disabled={isPerfect}
					onChange={(next) => setParam('height', next === 'linear' ? next : null)}
				/>
				<SegmentedControl
					aria-label="Axis of time"
					size="xs"
					data={[
						{ value: 'log', label: 'log time' },
						{ value: 'linear', label: 'linear time' },
					]}
					value={time}
					onChange={(next) => setParam('time', next === 'linear' ? next : null)}
				/>
				{deviceSelect}
			</Group>
			<Paper withBorder p="md">
				<EChart option={option} label={label} className="chart tall" onMade={onMade} />
			</Paper>
			<Text size="xs" c="dimmed">
				Each point is a configuration: median epoch seconds against the mean over its seeds, with the 95 % interval
				where there are two seeds or more. The log axis is that of the error, 1 − accuracy. The line is the Pareto
				front: no configuration is at least as accurate and as fast. A click opens the best trial.
			</Text>
		</Stack>
	);
}

function describe(entries: readonly LeaderboardEntry[], sweep: Sweep): string {
	const front = entries.filter(({ onParetoFront }) => onParetoFront);
	const points = front.map(
		({ configuration, valAccuracy, epochSeconds }) =>
			`${formatConfiguration(configuration, sweep.trainSize)}: ${formatPercent(valAccuracy?.mean ?? 0)} at ${formatSeconds(epochSeconds?.median ?? 0)} an epoch`,
	);
	return `Accuracy against epoch seconds. On the Pareto front ${formatQuantity(front.length, 'configuration')}: ${points.join('; ')}`;
}
