import { LineChart as LineSeries } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback } from 'react';
import { measures, progresses } from './curve-series.ts';
import { EChart } from './echart.tsx';
import type { Scheme } from './ink.ts';
import { type LineChartProps, lineOption } from './line-option.ts';

use([LineSeries, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** Learning curves. Loaded when first shown: the chart library is larger than the rest of the app. */
export default function LineChart(props: LineChartProps) {
	const option = useCallback((scheme: Scheme) => lineOption(props, scheme), [props]);
	return <EChart option={option} label={describe(props)} />;
}

/** Beyond so many curves a list of their ends helps nobody. */
const described = 10;

function describe({ series, choice }: LineChartProps): string {
	const { label, format } = measures[choice.measure];
	const lines = series.slice(0, described).map(({ name, points }) => {
		const last = points.at(-1);
		return last === undefined
			? `${name}: no epoch yet`
			: `${name}: ${format(last[1])} at ${progresses[choice.along].format(last[0])}`;
	});
	const more = series.length > described ? `; and ${series.length - described} more` : '';
	return `${label} by ${progresses[choice.along].label}. ${lines.join('; ')}${more}`;
}
