import type { LeaderboardEntry } from '@basin/client';
import type { EChartsCoreOption } from 'echarts/core';
import { intervalText } from '../board/intervals.ts';
import { formatBatchSize, formatConfiguration } from '../format/configurations.ts';
import { formatPercentTick, formatSeconds, formatSecondsTick } from '../format/numbers.ts';
import { viridis } from './color-scale.ts';
import { chartAxis, chartBase, hueOf, hues, inks, nameAbove, type Scheme, symbols } from './ink.ts';

/** `height` log: by the logarithm of the error, so that 97 and 98 % are told apart where others are at 10 %. */
export type ScatterChoice = { time: 'linear' | 'log'; height: 'linear' | 'log' };

type Measured = LeaderboardEntry & {
	valAccuracy: NonNullable<LeaderboardEntry['valAccuracy']>;
	epochSeconds: NonNullable<LeaderboardEntry['epochSeconds']>;
};

type ScatterInput = { entries: readonly LeaderboardEntry[]; trainSize: number; choice: ScatterChoice };

/** A series of points for each batch size, their intervals as upright lines, and the front as steps. */
export function scatterOption({ entries, trainSize, choice }: ScatterInput, scheme: Scheme): EChartsCoreOption {
	const measured = entries.filter(
		(entry): entry is Measured => entry.valAccuracy !== null && entry.epochSeconds !== null,
	);
	const isLog = choice.height === 'log';
	const toValue = (accuracy: number) => (isLog ? 1 - accuracy : accuracy);
	const isDrawn = (value: number) => !isLog || value > 0;
	const batchSizes = [...new Set(measured.map(({ configuration }) => configuration.batchSize))].sort((a, b) => a - b);
	const colorOf = (index: number) =>
		batchSizes.length <= hues[scheme].length
			? hueOf(index, scheme)
			: viridis((0.9 * index) / Math.max(1, batchSizes.length - 1));
	const ink = inks[scheme];
	const base = chartBase(scheme);
	const groups = batchSizes.map((batchSize, index) => ({
		name: `B ${formatBatchSize(batchSize, trainSize)}`,
		color: colorOf(index),
		symbol: symbols[index % symbols.length]!,
		members: measured.filter(
			({ configuration, valAccuracy }) => configuration.batchSize === batchSize && isDrawn(toValue(valAccuracy.mean)),
		),
	}));
	return {
		...base,
		grid: { left: 8, right: 24, top: 52, bottom: 24, containLabel: true },
		legend: {
			type: 'scroll',
			top: 0,
			right: 8,
			itemWidth: 14,
			itemHeight: 10,
			textStyle: { color: ink.text },
			data: groups.map(({ name }) => name),
		},
		tooltip: {
			...base.tooltip,
			trigger: 'item',
			formatter: ({ data }: { data: { words?: string } }) => data.words ?? '',
		},
		xAxis: {
			...chartAxis({
				name: 'time of an epoch (median)',
				scale: choice.time,
				tick: formatSecondsTick,
				scheme,
				lines: true,
				values: measured.map(({ epochSeconds }) => epochSeconds.median),
			}),
			nameGap: 30,
		},
		yAxis: {
			...chartAxis({
				name: 'validation accuracy',
				scale: choice.height,
				tick: isLog ? (error) => formatPercentTick(1 - error) : formatPercentTick,
				scheme,
				values: measured.map(({ valAccuracy }) => toValue(valAccuracy.mean)).filter(isDrawn),
				lines: true,
			}),
			...nameAbove(scheme),
			...(isLog && { max: ({ max }: { max: number }) => Math.min(1, max * 1.1) }),
			// Upside down, an axis ends where it would begin.
			nameLocation: isLog ? 'start' : 'end',
			inverse: isLog,
		},
		series: [
			...groups.map(({ name, color, symbol, members }) => ({
				type: 'scatter',
				name,
				color,
				symbol,
				symbolSize: members.length > 200 ? 6 : 10,
				data: members.map((entry) => pointOf(entry, toValue, trainSize)),
				z: 3,
			})),
			...groups.map(({ name, color, members }) => intervalSeries({ name, color, members, toValue, isDrawn })),
			frontSeries(measured, toValue, isDrawn, ink.text),
		],
	};
}

function pointOf(entry: Measured, toValue: (accuracy: number) => number, trainSize: number) {
	return {
		value: [entry.epochSeconds.median, toValue(entry.valAccuracy.mean)],
		trialId: entry.bestTrialId,
		words: [
			`${formatConfiguration(entry.configuration, trainSize)}  (rank ${entry.rank})`,
			intervalText(entry.valAccuracy),
			`${formatSeconds(entry.epochSeconds.median)} an epoch${entry.onParetoFront ? ', on the Pareto front' : ''}`,
		].join('\n'),
	};
}

/** The marks of an interval that ECharts calls to draw, in pixels. */
type Api = { value: (dimension: number) => number; coord: (point: [number, number]) => [number, number] };

function intervalSeries(input: {
	name: string;
	color: string;
	members: Measured[];
	toValue: (accuracy: number) => number;
	isDrawn: (value: number) => boolean;
}) {
	const { name, color, members, toValue, isDrawn } = input;
	const data = members.flatMap(({ epochSeconds, valAccuracy: { ci95 } }) => {
		if (ci95 === null) return [];
		const ends = [toValue(Math.max(0, ci95[0])), toValue(Math.min(1, ci95[1]))];
		return ends.every(isDrawn) ? [[epochSeconds.median, ...ends]] : [];
	});
	return {
		type: 'custom',
		name,
		data,
		silent: true,
		z: 2,
		clip: true,
		// The intervals may reach far: the axis is that of the points.
		encode: { x: 0, y: -1 },
		renderItem: (_: unknown, api: Api) => {
			const [x1, y1] = api.coord([api.value(0), api.value(1)]);
			const [x2, y2] = api.coord([api.value(0), api.value(2)]);
			return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: color, lineWidth: 1.5, opacity: 0.45 } };
		},
	};
}

function frontSeries(
	measured: Measured[],
	toValue: (accuracy: number) => number,
	isDrawn: (value: number) => boolean,
	color: string,
) {
	const front = measured
		.filter(({ onParetoFront }) => onParetoFront)
		.map(({ epochSeconds, valAccuracy }) => [epochSeconds.median, toValue(valAccuracy.mean)] as const)
		.filter(([, value]) => isDrawn(value))
		.sort(([a], [b]) => a - b);
	return {
		type: 'line',
		name: 'Pareto front',
		data: front,
		// As fast as this and no more accurate, until the next one.
		step: 'end',
		symbol: 'none',
		silent: true,
		z: 1,
		lineStyle: { color, width: 1.5, type: 'dashed' },
	};
}
