import { Skeleton } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import type { LineChartProps } from './line-option.ts';

const LineChart = lazy(() => import('./line-chart.tsx'));

/** The chart, in a box of its final size from the start. A poll that brings nothing new does not draw again. */
export function LazyLineChart({ series, choice }: LineChartProps) {
	const drawn = JSON.stringify({ series, choice });
	const props = useMemo(() => JSON.parse(drawn) as LineChartProps, [drawn]);
	return (
		<Suspense fallback={<Skeleton className="chart" aria-label="Loading the chart" />}>
			<LineChart {...props} />
		</Suspense>
	);
}
