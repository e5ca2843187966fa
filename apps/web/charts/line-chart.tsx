import { useComputedColorScheme } from '@mantine/core';
import { LineChart as LineSeries } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback } from 'react';
import { Link } from 'react-router';
import { measures, progresses } from './curve-series.ts';
import { EChart } from './echart.tsx';
import { hueOf, type Scheme } from './ink.ts';
import { crowd, type LineChartProps, lineOption } from './line-option.ts';

use([LineSeries, GridComponent, TooltipComponent, CanvasRenderer]);

/** Learning curves. Loaded when first shown: the chart library is larger than the rest of the app. */
export default function LineChart(props: LineChartProps) {
	const option = useCallback((scheme: Scheme) => lineOption(props, scheme), [props]);
	return (
		<>
			<Legend series={props.series} />
			<EChart option={option} label={describe(props)} />
		</>
	);
}

/** What each curve stands for, with a link to its trial; a crowd has none, and names the curve under the pointer. */
function Legend({ series }: Pick<LineChartProps, 'series'>) {
	const scheme = useComputedColorScheme('light');
	if (series.length < 2 || series.length > crowd) return null;
	return (
		<ul className="legend" aria-label="Curves">
			{series.map(({ id, name, color, dashed }, index) => (
				<li key={id}>
					<svg width={22} height={10} aria-hidden>
						<line
							x1={1}
							x2={21}
							y1={5}
							y2={5}
							stroke={color ?? hueOf(index, scheme)}
							strokeWidth={2.5}
							strokeDasharray={dashed ? '4 3' : undefined}
						/>
					</svg>
					<Link to={`/trials/${id}`}>{name}</Link>
				</li>
			))}
		</ul>
	);
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
