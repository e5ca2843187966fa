import type { LeaderboardEntry, Trial } from '@basin/client';
import { Group, Paper, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback, useMemo } from 'react';
import { resultsQuery } from '../api/queries.ts';
import { bandOf, type Choice, chooseByBatchSize, sharedRates } from '../charts/batch-figures.ts';
import { type BatchChartProps, batchOption } from '../charts/batch-option.ts';
import { EChart } from '../charts/echart.tsx';
import type { Scheme } from '../charts/ink.ts';
import { formatConfiguration } from '../format/configurations.ts';
import {
	formatCount,
	formatPercent,
	formatPercentTick,
	formatSeconds,
	formatSecondsTick,
	formatValue,
} from '../format/numbers.ts';
import { useAddress } from '../shell/use-address.ts';
import type { PanelProps } from '../sweep/panel-props.ts';
import { useOneDevice } from './use-one-device.tsx';

use([LineChart, CustomChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** What batch size does: the time of an update, the time of an epoch, and both accuracies. */
export default function BatchPanel({ sweep, board }: PanelProps) {
	const { params, setParam } = useAddress();
	const { entries, device, deviceSelect } = useOneDevice(sweep, board.entries);
	const rates = sharedRates(entries);
	const fixed = rates.find((rate) => keyOfRate(rate) === params.get('rate'));
	const chosen = chooseByBatchSize(entries, fixed ?? 'best');
	const trials = useResults(sweep.id, device, chosen);

	if (board.query.data === undefined) return <Skeleton className="chart" aria-label="Loading the figures" />;
	if (chosen.length === 0)
		return (
			<Text size="sm" c="dimmed">
				The figures appear when trials have finished.
			</Text>
		);
	const drawn = { trials, trainSize: sweep.trainSize };
	return (
		<Stack gap="sm">
			<Group gap="sm">
				<Select
					aria-label="Which configuration stands for a batch size"
					size="xs"
					w={280}
					allowDeselect={false}
					data={[
						{ value: '', label: 'The most accurate η and λ of each B' },
						...rates.map((rate) => ({
							value: keyOfRate(rate),
							label: `η ${formatValue(rate.eta)}, λ ${formatValue(rate.lambda)} for every B`,
						})),
					]}
					value={fixed === undefined ? '' : keyOfRate(fixed)}
					onChange={(value) => setParam('rate', value)}
				/>
				{deviceSelect}
			</Group>
			<div className="figures">
				<Figure title="Time of an update" {...times} {...drawn} measures={updateTime} />
				<Figure title="Time of an epoch" {...times} {...drawn} measures={epochTime} />
				<Figure title="Accuracy" {...shares} {...drawn} measures={accuracies} />
			</div>
			<ChosenList choice={fixed ?? 'best'} chosen={chosen} trainSize={sweep.trainSize} />
		</Stack>
	);
}

type Result = NonNullable<Trial['result']>;
type Measures = { name: string; read: (result: Result) => number }[];

const updateTime: Measures = [{ name: 'update', read: (result) => result.updateSecondsMedian }];
const epochTime: Measures = [{ name: 'epoch', read: (result) => result.epochSecondsMedian }];
const accuracies: Measures = [
	{ name: 'validation, best epoch', read: (result) => result.valAccuracy },
	{ name: 'training, last epoch', read: (result) => result.finalTrainAccuracy },
];

const times = { scale: 'log', format: formatSeconds, tick: formatSecondsTick } as const;
const shares = { scale: 'linear', format: formatPercent, tick: formatPercentTick } as const;

function keyOfRate({ eta, lambda }: { eta: number; lambda: number }): string {
	return `${eta}~${lambda}`;
}

/** The finished trials of the chosen configurations on the device. */
function useResults(sweepId: string, device: string | null, chosen: LeaderboardEntry[]): Trial[] {
	const answers = useQueries({
		queries: chosen.map(({ configurationHash }) => resultsQuery(sweepId, configurationHash)),
	});
	return answers
		.flatMap(({ data }) => data?.items ?? [])
		.filter((trial) => trial.result !== null && (device === null || trial.device?.key === device));
}

type FigureProps = Omit<BatchChartProps, 'series'> & { title: string; trials: Trial[]; measures: Measures };

function Figure({ title, scale, format, tick, trainSize, trials, measures }: FigureProps) {
	const drawn = JSON.stringify(measures.map(({ name, read }) => ({ name, points: bandOf(trials, read) })));
	const series = useMemo(() => JSON.parse(drawn) as BatchChartProps['series'], [drawn]);
	const option = useCallback(
		(scheme: Scheme) => batchOption({ scale, format, tick, trainSize, series }, scheme),
		[scale, format, tick, trainSize, series],
	);
	const words = series.map(
		(one) =>
			`${one.name}: ${one.points.map(({ batchSize, middle }) => `${format(middle)} at B ${formatCount(batchSize)}`).join(', ')}`,
	);
	return (
		<Paper withBorder p="md" component="section" aria-label={title}>
			<Title order={2} size="h5" mb="xs">
				{title}
			</Title>
			<EChart option={option} label={`${title} against batch size. ${words.join('; ')}`} />
		</Paper>
	);
}

function ChosenList(props: { choice: Choice; chosen: LeaderboardEntry[]; trainSize: number }) {
	const { choice, chosen, trainSize } = props;
	const words = chosen.map(
		({ configuration, valAccuracy }) =>
			`${formatConfiguration(configuration, trainSize)} (${formatPercent(valAccuracy?.mean ?? 0)})`,
	);
	return (
		<Text size="xs" c="dimmed">
			Lines are medians over the seeds, bands reach from the lowest seed to the highest.{' '}
			{choice === 'best' && `Drawn: ${words.join(', ')}. `}
			{chosen.length === 1 && 'This sweep has one batch size; two or more make a line. '}
		</Text>
	);
}
