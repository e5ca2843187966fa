import type { LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { type CurveChoice, measures, progresses, type Series } from './curve-series.ts';
import { chartAxis, chartBase, type Scheme, symbols } from './ink.ts';

export type LineChartProps = {
	series: Series[];
	choice: CurveChoice;
};

type LineOption = ComposeOption<LineSeriesOption | GridComponentOption | TooltipComponentOption>;

/** Above this many curves a legend and marks are clutter: thin lines, and the one under the pointer is named. */
export const crowd = 10;

/** The whole chart as an ECharts option. */
export function lineOption({ series, choice }: LineChartProps, scheme: Scheme): LineOption {
	const { tick, format } = measures[choice.measure];
	const progress = progresses[choice.along];
	const isCrowded = series.length > crowd;
	const base = chartBase(scheme);
	return {
		...base,
		grid: { left: 4, right: 16, top: 12, bottom: 24, containLabel: true },
		tooltip: {
			...base.tooltip,
			trigger: isCrowded ? 'item' : 'axis',
			formatter: (hovered) => {
				const items = [hovered].flat();
				const at = (items[0]?.value as [number, number] | undefined)?.[0];
				const lines = items.map(({ seriesName, value }) => `${seriesName}: ${format((value as [number, number])[1])}`);
				return [at === undefined ? '' : progress.format(at), ...lines].join('\n');
			},
		},
		xAxis: {
			...chartAxis({
				name: progress.label,
				scale: choice.alongScale,
				tick: choice.along === 'seconds' ? progress.format : (value) => value.toLocaleString('en'),
				scheme,
				values: choice.alongScale === 'log' ? series.flatMap(({ points }) => points.map(([at]) => at)) : [],
			}),
			nameGap: 30,
			...(choice.along === 'epoch' && choice.alongScale === 'linear'
				? { minInterval: 1, min: 1, max: ({ max }: { max: number }) => Math.max(2, max) }
				: {}),
		},
		yAxis: chartAxis({
			name: '',
			scale: choice.scale,
			tick,
			scheme,
			lines: true,
			values: choice.scale === 'log' ? series.flatMap(({ points }) => points.map(([, value]) => value)) : [],
		}),
		series: series.map(({ id, name, points, dashed, color }, index) => ({
			id,
			type: 'line',
			name,
			data: points,
			symbol: symbols[index % symbols.length] ?? 'circle',
			symbolSize: isCrowded ? 3 : 7,
			showSymbol: points.length <= 30 && (!isCrowded || points.length < 2),
			// Else only the marks answer to the pointer, and a crowd has none.
			triggerLineEvent: true,
			lineStyle: {
				width: isCrowded ? 1.5 : 2,
				type: dashed ? 'dashed' : 'solid',
				opacity: isCrowded ? 0.75 : 1,
			},
			...(color === undefined ? {} : { color }),
			emphasis: { focus: 'series', lineStyle: { width: 3, opacity: 1 } },
		})),
	};
}
