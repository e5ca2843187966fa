import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { LineChartProps } from './line-option.ts';

const LineChart = lazy(() => import('./line-chart.tsx'));

/** The chart, in a box of its final size from the start. */
export function LazyLineChart(props: LineChartProps) {
	return (
		<Suspense fallback={<Skeleton className="chart" aria-label="Loading the chart" />}>
			<LineChart {...props} />
		</Suspense>
	);
}
