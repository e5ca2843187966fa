import type { LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, LegendComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { Scale, Series } from './curve-series.ts';

export type LineChartProps = {
	title: string;
	series: Series[];
	scale: Scale;
	/** A value in full, and short on the axis. */
	format: (value: number) => string;
	tick: (value: number) => string;
};

type LineOption = ComposeOption<
	LineSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption
>;

/** Okabe & Ito (2008), told apart with every kind of colour vision; the last two are added, blues swap places on dark. */
const hues = {
	light: ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#b8a400', '#8c6bb1'],
	dark: ['#56b4e9', '#e69f00', '#1fc08f', '#f0752b', '#dd96be', '#3b8fc9', '#d6c433', '#a98fcc'],
};
const symbols = ['circle', 'triangle', 'rect', 'diamond', 'emptyCircle', 'emptyTriangle', 'emptyRect', 'emptyDiamond'];

/** As in the theme; a canvas inherits no font. */
const fontFamily = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

const inks = {
	light: { text: '#343a40', line: '#ced4da', box: '#ffffff' },
	dark: { text: '#c9c9c9', line: '#484848', box: '#2e2e2e' },
};

/** The whole chart as an ECharts option. */
export function lineOption({ series, scale, format, tick }: LineChartProps, scheme: 'light' | 'dark'): LineOption {
	const ink = inks[scheme];
	const legendHeight = series.length > 1 ? 22 * Math.min(6, series.length) : 0;
	const axisLine = { lineStyle: { color: ink.line } };
	return {
		animation: false,
		color: hues[scheme],
		textStyle: { fontFamily, color: ink.text },
		grid: { left: 8, right: 16, top: 12, bottom: legendHeight + 28, containLabel: true },
		legend: {
			show: series.length > 1,
			type: 'scroll',
			orient: 'vertical',
			bottom: 0,
			left: 8,
			height: legendHeight,
			itemGap: 8,
			icon: 'inherit',
			textStyle: { color: ink.text },
		},
		tooltip: {
			trigger: 'axis',
			// Drawn on the canvas: an HTML tooltip needs style attributes, which the content security policy refuses.
			renderMode: 'richText',
			confine: true,
			backgroundColor: ink.box,
			borderColor: ink.line,
			textStyle: { color: ink.text, fontSize: 13 },
			valueFormatter: (value) => (typeof value === 'number' ? format(value) : '–'),
			axisPointer: { label: { formatter: ({ value }) => `Epoch ${value}` } },
		},
		xAxis: {
			type: 'value',
			name: 'epoch',
			nameLocation: 'middle',
			nameGap: 26,
			minInterval: 1,
			min: 1,
			max: ({ max }) => Math.max(2, max),
			axisLine,
			splitLine: { show: false },
			axisLabel: { color: ink.text },
			nameTextStyle: { color: ink.text },
		},
		yAxis: {
			type: scale === 'log' ? 'log' : 'value',
			scale: true,
			splitLine: axisLine,
			axisLabel: { color: ink.text, formatter: (value: number) => tick(value) },
		},
		series: series.map(({ id, name, points, dashed }, index) => ({
			id,
			type: 'line',
			name,
			data: points,
			symbol: symbols[index % symbols.length] ?? 'circle',
			symbolSize: 7,
			showSymbol: points.length <= 30,
			lineStyle: { width: 2, type: dashed ? 'dashed' : 'solid' },
			emphasis: { focus: 'series' },
		})),
	};
}
