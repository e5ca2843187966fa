import { useComputedColorScheme } from '@mantine/core';
import { LineChart as LineSeries } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { type LineChartProps, lineOption } from './line-option.ts';

use([LineSeries, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

/** Learning curves. Loaded when first shown: the chart library is larger than the rest of the app. */
export default function LineChart(props: LineChartProps) {
	const box = useRef<HTMLDivElement>(null);
	const chart = useRef<EChartsType>(null);
	const scheme = useComputedColorScheme('light');

	useEffect(() => {
		const made = init(box.current!);
		chart.current = made;
		const observer = new ResizeObserver(() => made.resize());
		observer.observe(box.current!);
		return () => {
			observer.disconnect();
			made.dispose();
		};
	}, []);

	useEffect(() => {
		chart.current?.setOption(lineOption(props, scheme), { notMerge: true });
	}, [props, scheme]);

	return <div ref={box} className="chart" role="img" aria-label={describe(props)} />;
}

function describe({ title, series, format }: LineChartProps): string {
	const lines = series.map(({ name, points }) => {
		const last = points.at(-1);
		return last === undefined ? `${name}: no epoch yet` : `${name}: ${format(last[1])} at epoch ${last[0]}`;
	});
	return `${title} by epoch. ${lines.join('; ')}`;
}
