import type { Axis, Figure, Point, Series } from '@basin/core/contracts/lab.ts';
import type { EChartsCoreOption } from 'echarts/core';
import { chartAxis, chartBase, fontFamily, inks, nameAbove, type Scheme } from '../charts/ink.ts';
import { asides, axisName, barOf, type Extent, extentsOf, setAside, tickText } from './figure-axis.ts';
import { type SeriesStyle, stylesOf } from './figure-style.ts';
import { surfaceName, surfaceSeries } from './figure-surface.ts';

/** Where the report and the web app differ. */
export type Look = {
	scheme: Scheme;
	/** Of all words; the web app's unless said. */
	font?: string;
	/** Lines of a legend on the canvas, for a picture that stands alone; the web app has its own beside it. */
	legendLines?: number;
	/** How many points are drawn of what moves, where a figure is played; all unless said. */
	shown?: number;
};

/** Above so many error bars a series has a band instead. */
const manyBars = 20;
const tickStyle = { length: 4 };

/** A figure of the Lab as an ECharts option: the one drawing of the report and of the web app. */
export function figureOption(figure: Figure, look: Look): EChartsCoreOption {
	const { scheme, font = fontFamily, legendLines = 0, shown = Number.POSITIVE_INFINITY } = look;
	const { x, y, series, surface } = figure;
	const extents = extentsOf(figure);
	const styles = stylesOf(figure, scheme);
	const aside = asides(series);
	const base = chartBase(scheme);
	const axis = (one: Axis, { low, high, ticks, place }: Extent) => {
		const drawn = chartAxis({ name: axisName(one), scale: one.scale, tick: tickText, scheme, lines: true });
		const text = (value: number) => tickText(value === place(0) ? 0 : value);
		return {
			...{ ...drawn, min: low, max: high, axisLine: { ...drawn.axisLine, show: true, onZero: false } },
			axisTick: { ...drawn.axisTick, ...tickStyle, show: true, customValues: ticks },
			axisLabel: { ...drawn.axisLabel, formatter: text, customValues: ticks, showMinLabel: true },
			splitLine: { ...drawn.splitLine, show: surface === undefined },
			minorTick: { show: false },
		};
	};
	return {
		...base,
		textStyle: { ...base.textStyle, fontFamily: font },
		tooltip: { ...base.tooltip, trigger: 'item', formatter: wordsOf(figure) },
		...(legendLines > 0 && { legend: legendOption(figure, scheme) }),
		grid: { left: 6, right: 20, top: legendLines === 0 ? 34 : 40 + 20 * legendLines, bottom: 28, containLabel: true },
		xAxis: { ...axis(x, extents.x), nameGap: 30 },
		yAxis: { ...axis(y, extents.y), ...nameAbove(scheme) },
		series: [
			...(surface === undefined ? [] : [surfaceSeries(surface, scheme)]),
			...series.flatMap((one, place) => {
				const isPlayed = figure.plays === true && one.draw !== 'ground';
				const points = isPlayed ? one.points.slice(0, shown) : one.points;
				const at = ({ x: value }: Point) => setAside(extents.x.place(value), aside[place]!, extents.x, x.scale);
				const drawn = { one: { ...one, points }, style: styles[place]!, at, y };
				return [mainSeries(drawn, isPlayed), ...spread(drawn), ...(isPlayed ? [ball(drawn)] : [])];
			}),
		],
	};
}

type Drawn = { one: Series; style: SeriesStyle; at: (point: Point) => number; y: Axis };

function mainSeries({ one, style, at }: Drawn, isTrail: boolean): object {
	const { color, symbol, isLine, isDashed } = style;
	const isGround = one.draw === 'ground';
	return {
		name: one.name,
		// Points too: a legend stretches the marks of a scatter.
		type: 'line',
		data: one.points.map((point) => [at(point), point.y]),
		symbol: isTrail ? 'circle' : symbol,
		symbolSize: isTrail ? 4 : one.points.length > 60 ? 5 : symbolSize(symbol),
		showAllSymbol: true,
		// A legend would draw a mark that the line has not.
		itemStyle: { color, opacity: symbol === 'none' ? 0 : 1 },
		lineStyle: isLine ? { color, width: 2, type: isDashed ? 'dashed' : 'solid' } : { width: 0 },
		...(isGround && { areaStyle: { color, opacity: 0.12, origin: 'start' }, silent: true }),
		z: isGround ? 2 : 4,
	};
}

/** So that all look equally large. */
const symbolSize = (symbol: string) => ({ diamond: 10, emptyDiamond: 10, triangle: 9, emptyTriangle: 9 })[symbol] ?? 7;

/** Where what moves has come to. */
function ball({ one, style, at }: Drawn): object {
	const data = one.points.slice(-1).map((point) => [at(point), point.y]);
	const itemStyle = { color: style.color, borderColor: '#ffffff', borderWidth: 1.5 };
	return { name: one.name, type: 'scatter', data, symbol: 'circle', symbolSize: 16, itemStyle, z: 5 };
}

/** Error bars, or a band where there are many. */
function spread({ one, style, at, y }: Drawn): object[] {
	const bars = one.points.flatMap((point) => {
		const bar = barOf(point, y);
		return bar === null ? [] : [{ x: at(point), ...bar, isCut: bar.low !== point.low || bar.high !== point.high }];
	});
	if (bars.length === 0) return [];
	const common = { type: 'custom', name: one.name, silent: true, z: 3, encode: { x: 0, y: [1, 2] }, clip: true };
	const data = bars.map(({ x, low, high }) => [x, low, high]);
	const band = style.isLine && bars.length > manyBars;
	return [{ ...common, data, renderItem: band ? bandShape(data, style.color) : barShape(y, style.color) }];
}

type Drawing = { value(dimension: number): number; coord(point: number[]): [number, number] };

/** A vertical bar with caps; none where it is cut, since it would go on there. */
function barShape({ bounds }: Axis, stroke: string) {
	return (_: unknown, api: Drawing) => {
		const [place, low, high] = [0, 1, 2].map((dimension) => api.value(dimension)) as [number, number, number];
		const [x, bottom] = api.coord([place, low]);
		const [, top] = api.coord([place, high]);
		const line = (x1: number, y1: number, x2: number, y2: number) => ({
			type: 'line',
			shape: { x1, y1, x2, y2 },
			style: { stroke, lineWidth: 1.4 },
		});
		const cap = (end: number, height: number) => (bounds?.includes(end) ? [] : [line(x - 4, height, x + 4, height)]);
		return { type: 'group', children: [line(x, bottom, x, top), ...cap(low, bottom), ...cap(high, top)] };
	};
}

/** One polygon, drawn with the first point: along the lower ends, and back along the upper ones. */
function bandShape(bars: readonly number[][], fill: string) {
	return ({ dataIndex }: { dataIndex: number }, api: Drawing) => {
		if (dataIndex > 0) return undefined;
		const points = [
			...bars.map(([x, low]) => api.coord([x!, low!])),
			...bars.toReversed().map(([x, , high]) => api.coord([x!, high!])),
		];
		return { type: 'polygon', shape: { points }, style: { fill, opacity: 0.22 } };
	};
}

/** What a legend names. */
export function legendNames({ series, surface }: Figure): string[] {
	return [...series.map(({ name }) => name), ...(surface === undefined ? [] : [surfaceName(surface)])];
}

/** Pixels that a name in the legend takes beside its words. */
export const legendMark = 24 + 5 + 18;

function legendOption(figure: Figure, scheme: Scheme): object {
	const last = figure.surface === undefined ? undefined : surfaceName(figure.surface);
	return {
		...{ top: 4, left: 4, itemGap: 18, itemWidth: 24, itemHeight: 8 },
		data: legendNames(figure).map((name) => (name === last ? { name, icon: 'rect' } : { name })),
		textStyle: { color: inks[scheme].text, fontSize: 12 },
		selectedMode: false,
	};
}

/** What the pointer is told: the series, its place, its height and the ends of its bar. */
function wordsOf({ x, y, series }: Figure) {
	const value = (amount: number, { unit }: Axis) =>
		`${tickText(Number(amount.toPrecision(4)))}${unit ? ` ${unit}` : ''}`;
	return ({ seriesName, dataIndex }: { seriesName: string; dataIndex: number }) => {
		const point = series.find(({ name }) => name === seriesName)?.points[dataIndex];
		if (point === undefined) return seriesName;
		const bar = barOf(point, y);
		const ends = bar === null ? '' : ` (${value(bar.low, y)} to ${value(bar.high, y)})`;
		return `${seriesName}\n${x.label}: ${value(point.x, x)}\n${y.label}: ${value(point.y, y)}${ends}`;
	};
}
