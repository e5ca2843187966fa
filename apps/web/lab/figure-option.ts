import type { Axis, Figure, Series } from '@basin/core/contracts/lab.ts';
import type { EChartsCoreOption } from 'echarts/core';
import { chartAxis, chartBase, hueOf, inks, nameAbove, type Scheme } from '../charts/ink.ts';
import { formatValue } from '../format/numbers.ts';

const bands = {
	light: ['#f7fbff', '#deebf7', '#c6dbef', '#9ecae1', '#6baed6', '#4292c6'],
	dark: ['#1b222c', '#20303f', '#254053', '#2a5068', '#2f617d', '#357293'],
} as const;

/** A figure of the Lab as an ECharts option. @param shown how many points of each series, where it is played */
export function figureOption(figure: Figure, scheme: Scheme, shown = Number.POSITIVE_INFINITY): EChartsCoreOption {
	const { x, y, series, surface } = figure;
	const values = (of: 'x' | 'y') => series.flatMap(({ points }) => points.map((point) => point[of]));
	const axis = (one: Axis, drawn: number[], lines: boolean) =>
		chartAxis({ name: axisName(one), scale: one.scale, tick: tickText, scheme, lines, values: drawn });
	const axisLine = { onZero: false, lineStyle: { color: inks[scheme].line } };
	return {
		...chartBase(scheme),
		grid: { left: 4, right: 16, top: 34, bottom: 28, containLabel: true },
		xAxis: { ...axis(x, values('x'), false), nameGap: 30, axisLine },
		yAxis: { ...axis(y, values('y'), true), ...nameAbove(scheme), axisLine },
		series: [
			...(surface === undefined ? [] : [surfaceSeries(surface, scheme)]),
			...series.flatMap((one, place) =>
				seriesOptions(one, hueOf(place, scheme), figure.plays ? shown : Number.POSITIVE_INFINITY),
			),
		],
	};
}

export function axisName({ label, unit }: Axis): string {
	return unit === undefined ? label : `${label} (${unit})`;
}

function tickText(value: number): string {
	return Math.abs(value) >= 10_000 ? `${formatValue(value / 1000)}k` : formatValue(value);
}

/** What is played is drawn up to a moment; a dashed line is the ground that it moves on. */
function seriesOptions({ name, points, draw }: Series, color: string, shown: number): object[] {
	const drawn = draw === 'dashed' ? points : points.slice(0, shown);
	const main = {
		name,
		type: draw === 'points' ? 'scatter' : 'line',
		data: drawn.map(({ x, y }) => [x, y]),
		symbol: 'circle',
		symbolSize: 6,
		showSymbol: draw === 'points' || draw === 'line and points',
		itemStyle: { color },
		lineStyle: { color, width: 2, type: draw === 'dashed' ? 'dashed' : 'solid' },
		z: 3,
	};
	const barred = drawn.filter(({ low, high }) => low !== undefined && high !== undefined);
	if (barred.length === 0) return [main];
	const data = barred.map(({ x, low, high }) => [x, low, high]);
	return [main, { type: 'custom', data, silent: true, z: 2, encode: { x: 0, y: [1, 2] }, renderItem: errorBar(color) }];
}

type Drawing = { value(dimension: number): number; coord(point: [number, number]): [number, number] };

/** A vertical bar with short caps. */
function errorBar(stroke: string) {
	return (_: unknown, api: Drawing) => {
		const [x, low] = api.coord([api.value(0), api.value(1)]);
		const [, high] = api.coord([api.value(0), api.value(2)]);
		const line = (x1: number, y1: number, x2: number, y2: number) => ({
			type: 'line',
			shape: { x1, y1, x2, y2 },
			style: { stroke, lineWidth: 1.3 },
		});
		return {
			type: 'group',
			children: [line(x, low, x, high), line(x - 4, low, x + 4, low), line(x - 4, high, x + 4, high)],
		};
	};
}

/** Bands of colour at quantiles, so that a steep wall does not take them all. */
function surfaceSeries({ xs, ys, values }: NonNullable<Figure['surface']>, scheme: Scheme): object {
	const sorted = values.flat().toSorted((one, other) => one - other);
	const edges = bands[scheme].map((_, i) => sorted[Math.floor((i / bands[scheme].length) * (sorted.length - 1))]!);
	const [stepX, stepY] = [xs[1]! - xs[0]!, ys[1]! - ys[0]!];
	const data = ys.flatMap((y, row) => xs.map((x, column) => [x, y, values[row]![column]!]));
	const renderItem = (_: unknown, api: Drawing) => {
		const [left, top] = api.coord([api.value(0) - stepX / 2, api.value(1) + stepY / 2]);
		const [right, bottom] = api.coord([api.value(0) + stepX / 2, api.value(1) - stepY / 2]);
		const band = Math.max(
			0,
			edges.findLastIndex((edge) => api.value(2) >= edge),
		);
		const shape = { x: left, y: top, width: right - left + 0.5, height: bottom - top + 0.5 };
		return { type: 'rect', shape, style: { fill: bands[scheme][band] } };
	};
	return { type: 'custom', data, renderItem, silent: true, z: 1, encode: { x: 0, y: 1 }, clip: true };
}
