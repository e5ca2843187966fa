import type { Axis, Figure, Point, Series } from '../findings.ts';

/** Okabe and Ito's palette, which people with colour blindness can tell apart. */
const colours = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#666666', '#000000'];
const font = 'DejaVu Sans';
const bands = ['#f7fbff', '#deebf7', '#c6dbef', '#9ecae1', '#6baed6', '#4292c6'];

/** The figure as an option of ECharts 6, for a canvas of about 720 × 440. */
export function chartOption(figure: Figure): Record<string, unknown> {
	const { x, y, series, surface } = figure;
	return {
		animation: false,
		backgroundColor: '#ffffff',
		textStyle: { fontFamily: font, fontSize: 12 },
		color: colours,
		legend: { top: 0, type: 'plain', data: series.map(({ name }) => name), itemGap: 24 },
		grid: { left: 72, right: 24, top: series.length > 5 ? 64 : 44, bottom: 52 },
		xAxis: axisOption(x, 'middle', 32),
		yAxis: axisOption(y, 'middle', 52),
		series: [
			...(surface === undefined ? [] : [surfaceSeries(surface)]),
			...series.flatMap((one, place) => seriesOptions(one, colours[place % colours.length]!)),
		],
		...(surface === undefined ? {} : { visualMap: surfaceScale(surface) }),
	};
}

/** `time per epoch (s)`. */
export function axisName({ label, unit }: Axis): string {
	return unit === undefined ? label : `${label} (${unit})`;
}

function axisOption(axis: Axis, nameLocation: string, nameGap: number): object {
	const common = {
		name: axisName(axis),
		nameLocation,
		nameGap,
		axisLine: { onZero: false },
		splitLine: { lineStyle: { color: '#e5e5e5' } },
	};
	const label = { hideOverlap: true, formatter: tickText };
	if (axis.scale === 'log') return { ...common, type: 'log', axisLabel: label, minorSplitLine: { show: false } };
	return { ...common, type: 'value', scale: true, axisLabel: label };
}

/** Short without losing what tells one tick from the next: 60k, 0.02, 1e-5. */
export function tickText(value: number): string {
	const size = Math.abs(value);
	if (size >= 10_000) return `${Number((value / 1000).toPrecision(4))}k`;
	if (size !== 0 && size < 1e-3) return value.toExponential(0);
	return `${Number(value.toPrecision(4))}`;
}

function seriesOptions({ name, points, draw }: Series, colour: string): object[] {
	const data = points.map(({ x, y }) => [x, y]);
	const showsLine = draw !== 'points';
	const main = {
		name,
		type: showsLine ? 'line' : 'scatter',
		data,
		symbol: 'circle',
		symbolSize: draw === 'points' ? 6 : 5,
		showSymbol: draw !== 'line' && draw !== 'dashed',
		itemStyle: { color: colour },
		lineStyle: { color: colour, width: 1.8, type: draw === 'dashed' ? 'dashed' : 'solid' },
		z: 3,
	};
	const barred = points.filter(
		(point): point is Required<Point> => point.low !== undefined && point.high !== undefined,
	);
	if (barred.length === 0) return [main];
	return [
		main,
		{
			type: 'custom',
			data: barred.map(({ x, low, high }) => [x, low, high]),
			silent: true,
			z: 2,
			encode: { x: 0, y: [1, 2] },
			renderItem: errorBar(colour),
		},
	];
}

type CustomApi = { value(dimension: number): number; coord(point: [number, number]): [number, number] };

/** A vertical bar with short caps. */
function errorBar(colour: string) {
	return (_: unknown, api: CustomApi) => {
		const [x, low] = api.coord([api.value(0), api.value(1)]);
		const [, high] = api.coord([api.value(0), api.value(2)]);
		const line = (x1: number, y1: number, x2: number, y2: number) => ({
			type: 'line',
			shape: { x1, y1, x2, y2 },
			style: { stroke: colour, lineWidth: 1.2, opacity: 0.8 },
		});
		return {
			type: 'group',
			children: [line(x, low, x, high), line(x - 4, low, x + 4, low), line(x - 4, high, x + 4, high)],
		};
	};
}

type Surface = NonNullable<Figure['surface']>;

/** Bands of colour beneath the lines: each cell of the grid as a rectangle on the two value axes. */
function surfaceSeries({ xs, ys, values }: Surface): object {
	const [stepX, stepY] = [xs[1]! - xs[0]!, ys[1]! - ys[0]!];
	const data = ys.flatMap((y, row) => xs.map((x, column) => [x, y, values[row]![column]!]));
	const renderItem = (_: unknown, api: CustomApi & { visual(name: string): string }) => {
		const [left, top] = api.coord([api.value(0) - stepX / 2, api.value(1) + stepY / 2]);
		const [right, bottom] = api.coord([api.value(0) + stepX / 2, api.value(1) - stepY / 2]);
		const shape = { x: left, y: top, width: right - left + 0.5, height: bottom - top + 0.5 };
		return { type: 'rect', shape, style: { fill: api.visual('color') } };
	};
	return {
		type: 'custom',
		name: 'surface',
		data,
		renderItem,
		silent: true,
		z: 1,
		encode: { x: 0, y: 1, tooltip: 2 },
		clip: true,
	};
}

/** Bands at quantiles, so that a steep wall does not take all the colours. */
function surfaceScale({ values, label }: Surface): object {
	const sorted = values.flat().toSorted((one, other) => one - other);
	const edges = bands.map((_, i) => sorted[Math.floor((i / bands.length) * (sorted.length - 1))]!);
	const pieces = edges.map((min, i) => ({ min, max: edges[i + 1] ?? sorted.at(-1)!, color: bands[i]! }));
	return { type: 'piecewise', show: false, seriesIndex: 0, dimension: 2, pieces, text: [label] };
}
