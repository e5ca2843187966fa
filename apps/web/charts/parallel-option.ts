import type { LeaderboardEntry } from '@basin/client';
import type { EChartsCoreOption } from 'echarts/core';
import type { BoardFilter, Bounds } from '../board/board-filter.ts';
import { type Axis, axes, valuesOf } from '../board/board-filter.ts';
import { formatBatchSize } from '../format/configurations.ts';
import { formatPercentTick, formatSecondsTick, formatValue } from '../format/numbers.ts';
import { viridis } from './color-scale.ts';
import { chartBase, inks, logAxis, type Scheme } from './ink.ts';

/** The coordinates from left to right. Axes of the grid are by position among their values, so that they are evenly spread. */
export const coordinates = [...axes, 'epochSeconds', 'accuracy'] as const;
export type Coordinate = (typeof coordinates)[number];

type ParallelInput = { entries: readonly LeaderboardEntry[]; trainSize: number };

/** A line for each ranked configuration, coloured by accuracy. An axis has its coordinate's name as id. */
export function parallelOption({ entries, trainSize }: ParallelInput, scheme: Scheme): EChartsCoreOption {
	const ink = inks[scheme];
	const ranked = entries.filter(({ valAccuracy, epochSeconds }) => valAccuracy !== null && epochSeconds !== null);
	const accuracies = ranked.map(({ valAccuracy }) => valAccuracy!.mean);
	const bounds: Bounds = [minOf(accuracies), maxOf(accuracies)];
	const seconds = ranked.map(({ epochSeconds }) => epochSeconds!.median);
	const values = Object.fromEntries(axes.map((axis) => [axis, valuesOf(entries, axis)])) as Record<Axis, number[]>;
	const label = {
		color: ink.text,
		// Lines pass behind the numbers.
		backgroundColor: ink.box,
		padding: [1, 4],
		borderRadius: 3,
	};
	const time = logAxis(seconds);
	const style = {
		realtime: false,
		nameTextStyle: { color: ink.text, fontWeight: 600 },
		axisLine: { lineStyle: { color: ink.line, width: 1.5 } },
	};
	return {
		...chartBase(scheme),
		parallel: { left: 60, right: 70, top: 40, bottom: 24, axisExpandable: false },
		parallelAxis: [
			...axes.map((axis, dim) => ({
				...style,
				id: axis,
				dim,
				name: { batchSize: 'B', eta: 'η', lambda: 'λ' }[axis],
				type: 'value',
				min: 0,
				max: Math.max(1, values[axis].length - 1),
				minInterval: 1,
				splitNumber: Math.max(1, values[axis].length - 1),
				axisLabel: {
					...label,
					formatter: (at: number) => {
						const value = values[axis][at];
						if (value === undefined) return '';
						return axis === 'batchSize' ? formatBatchSize(value, trainSize) : formatValue(value);
					},
				},
				areaSelectStyle: { width: 24 },
			})),
			{
				...style,
				id: 'epochSeconds',
				dim: axes.length,
				name: 'time of an epoch',
				type: 'log',
				min: time.low,
				max: time.high,
				axisTick: { customValues: time.ticks },
				axisLabel: { ...label, formatter: formatSecondsTick, customValues: time.ticks },
			},
			{
				...style,
				id: 'accuracy',
				dim: axes.length + 1,
				name: 'accuracy',
				type: 'value',
				scale: true,
				axisLabel: { ...label, formatter: formatPercentTick },
			},
		],
		series: {
			type: 'parallel',
			lineStyle: { width: 1.5, opacity: ranked.length > 300 ? 0.25 : 0.6 },
			inactiveOpacity: 0.04,
			activeOpacity: 0.8,
			progressive: 1000,
			data: ranked.map(({ configuration, epochSeconds, valAccuracy }) => ({
				value: [
					...axes.map((axis) => values[axis].indexOf(configuration[axis])),
					epochSeconds!.median,
					valAccuracy!.mean,
				],
				lineStyle: { color: viridis((0.92 * (valAccuracy!.mean - bounds[0])) / (bounds[1] - bounds[0] || 1)) },
			})),
		},
	};
}

/** The filter that a brush on a coordinate means; no bounds: the brush is gone. */
export function filterOfBrush(
	coordinate: Coordinate,
	bounds: Bounds | undefined,
	entries: readonly LeaderboardEntry[],
	filter: BoardFilter,
): Partial<BoardFilter> {
	if (coordinate === 'accuracy' || coordinate === 'epochSeconds') return { [coordinate]: bounds };
	const list = valuesOf(entries, coordinate);
	const chosen = bounds && list.filter((_, position) => position >= bounds[0] && position <= bounds[1]);
	return { values: { ...filter.values, [coordinate]: chosen } };
}

/** The brush that a filter means on a coordinate, in its units; undefined: none. */
export function brushOf(
	coordinate: Coordinate,
	filter: BoardFilter,
	entries: readonly LeaderboardEntry[],
): Bounds | undefined {
	if (coordinate === 'accuracy' || coordinate === 'epochSeconds') return filter[coordinate];
	const chosen = filter.values[coordinate];
	if (chosen === undefined) return undefined;
	const list = valuesOf(entries, coordinate);
	const positions = chosen.map((value) => list.indexOf(value)).filter((position) => position >= 0);
	if (positions.length === 0) return undefined;
	return [Math.min(...positions) - 0.25, Math.max(...positions) + 0.25];
}

function minOf(values: readonly number[]): number {
	return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

function maxOf(values: readonly number[]): number {
	return values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}
