import { useComputedColorScheme } from '@mantine/core';
import { type EChartsCoreOption, type EChartsType, init } from 'echarts/core';
import { useEffect, useRef } from 'react';
import type { Scheme } from './ink.ts';

type EChartProps = {
	/** The whole chart; the same function while nothing changes, since a new one draws again. */
	option: (scheme: Scheme) => EChartsCoreOption;
	/** What the chart shows, for those who do not see it. */
	label: string;
	className?: string;
	/** Called once for each chart that is made, to listen to it. */
	onMade?: (chart: EChartsType) => void;
};

/** A chart on a canvas that follows the size of its box and the colour scheme. Who uses it registers what it draws. */
export function EChart({ option, label, className = 'chart', onMade }: EChartProps) {
	const box = useRef<HTMLDivElement>(null);
	const chart = useRef<EChartsType>(null);
	const made = useRef(onMade);
	const scheme = useComputedColorScheme('light');

	useEffect(() => {
		const drawn = init(box.current!);
		chart.current = drawn;
		made.current?.(drawn);
		const observer = new ResizeObserver(() => drawn.resize());
		observer.observe(box.current!);
		return () => {
			observer.disconnect();
			drawn.dispose();
		};
	}, []);

	useEffect(() => {
		chart.current?.setOption(option(scheme), { notMerge: true });
	}, [option, scheme]);

	return <div ref={box} className={className} role="img" aria-label={label} />;
}
