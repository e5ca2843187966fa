import type { EChartsCoreOption } from 'echarts/core';
import { formatBatchSize } from '../format/configurations.ts';
import { formatCount } from '../format/numbers.ts';
import type { BandPoint } from './batch-figures.ts';
import { chartAxis, chartBase, hueOf, inks, type Scheme, symbols } from './ink.ts';

export type BandSeries = { name: string; points: BandPoint[] };
export type BatchChartProps = {
	/** Of the measure. */
	scale: 'linear' | 'log';
	format: (value: number) => string;
	/** Of the numbers on the axis. */
	tick: (value: number) => string;
	trainSize: number;
	series: BandSeries[];
};

type Api = { value: (dimension: number) => number; coord: (point: [number, number]) => [number, number] };

/** A measure against B on a log axis: the median over seeds as a line, lowest to highest as a band. */
export function batchOption(
	{ scale, format, tick, trainSize, series }: BatchChartProps,
	scheme: Scheme,
): EChartsCoreOption {
	const base = chartBase(scheme);
	const hasLegend = series.length > 1;
	const batchSizes = series.flatMap(({ points }) => points.map(({ batchSize }) => batchSize));
	return {
		...base,
		grid: { left: 4, right: 20, top: hasLegend ? 36 : 12, bottom: 24, containLabel: true },
		legend: {
			show: hasLegend,
			top: 0,
			left: 0,
			type: 'scroll',
			itemWidth: 18,
			itemHeight: 10,
			data: series.map((one) => one.name),
			textStyle: { color: inks[scheme].text },
		},
		tooltip: {
			...base.tooltip,
			trigger: 'item',
			formatter: ({ data, seriesName }: { data: { point?: BandPoint }; seriesName: string }) =>
				data.point === undefined ? '' : wordsOf(seriesName, data.point, format),
		},
		xAxis: batchAxis(batchSizes, trainSize, scheme),
		yAxis: chartAxis({
			name: '',
			scale,
			tick,
			scheme,
			lines: true,
			values: series.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high])),
		}),
		series: series.flatMap((one, index) => {
			const color = hueOf(index, scheme);
			return [bandSeries(one, color), lineSeries(one, color, symbols[index % symbols.length]!)];
		}),
	};
}

/** With a tick at each B that was run, while they are few. */
function batchAxis(batchSizes: number[], trainSize: number, scheme: Scheme) {
	const axis = chartAxis({
		name: 'batch size B',
		scale: 'log',
		tick: (value) => formatBatchSize(value, trainSize),
		scheme,
		lines: true,
		values: batchSizes,
	});
	const distinct = [...new Set(batchSizes)];
	const ticks = distinct.length <= 8 ? { customValues: distinct } : {};
	return {
		...axis,
		nameGap: 30,
		axisTick: { ...axis.axisTick, ...ticks },
		axisLabel: { ...axis.axisLabel, ...ticks },
	};
}

function wordsOf(name: string, { batchSize, low, middle, high, seeds }: BandPoint, format: (value: number) => string) {
	const spread = seeds > 1 ? `\n${format(low)} to ${format(high)} over ${seeds} seeds` : '';
	return `${name}, B ${formatCount(batchSize)}\n${format(middle)}${spread}`;
}

function lineSeries({ name, points }: BandSeries, color: string, symbol: string) {
	return {
		type: 'line',
		name,
		color,
		symbol,
		symbolSize: 8,
		lineStyle: { width: 2 },
		data: points.map((point) => ({ value: [point.batchSize, point.middle], point })),
		z: 3,
	};
}

/** One polygon, drawn with the first point: along the lowest values, and back along the highest. */
function bandSeries({ name, points }: BandSeries, color: string) {
	return {
		type: 'custom',
		name,
		silent: true,
		z: 2,
		data: points.map(({ batchSize, low, high }) => [batchSize, low, high]),
		encode: { x: 0, y: [1, 2] },
		renderItem: ({ dataIndex }: { dataIndex: number }, api: Api) => {
			if (dataIndex > 0) return undefined;
			const outline = [
				...points.map(({ batchSize, low }) => api.coord([batchSize, low])),
				...points.toReversed().map(({ batchSize, high }) => api.coord([batchSize, high])),
			];
			return { type: 'polygon', shape: { points: outline }, style: { fill: color, opacity: 0.22 } };
		},
	};
}
