import type { Figure } from '@basin/core/contracts/lab.ts';
import { Text, Title, useComputedColorScheme } from '@mantine/core';
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback } from 'react';
import { EChart } from '../charts/echart.tsx';
import type { Scheme } from '../charts/ink.ts';
import { axisName, tickText } from './figure-axis.ts';
import { figureOption } from './figure-option.ts';
import { type SeriesStyle, stylesOf } from './figure-style.ts';
import { bands, surfaceName } from './figure-surface.ts';
import { PlaybackControls, usePlayback } from './playback.tsx';

use([LineChart, ScatterChart, CustomChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** A figure with its legend and caption; one that plays has its controls. */
export function FigureView({ figure }: { figure: Figure }) {
	const frames = Math.max(...movingSeries(figure).map(({ points }) => points.length), 1);
	const playback = usePlayback(frames);
	const shown = figure.plays ? playback.frame + 1 : Number.POSITIVE_INFINITY;
	const option = useCallback((scheme: Scheme) => figureOption(figure, { scheme, shown }), [figure, shown]);
	return (
		<section className="lab-figure" aria-label={figure.title}>
			<Title order={2} size="h4" mb={6}>
				{figure.title}
			</Title>
			<Legend figure={figure} />
			<EChart option={option} label={described(figure)} />
			{figure.plays && (
				<>
					<PlaybackControls playback={playback} frames={frames} title={figure.title} />
					<Places figure={figure} frame={playback.frame} />
				</>
			)}
			<Text size="sm" c="dimmed" maw={760} mt="xs">
				{figure.caption}
			</Text>
		</section>
	);
}

const movingSeries = ({ series }: Figure) => series.filter(({ draw }) => draw !== 'ground');

/** Where everything that moves is at a frame. */
function Places({ figure, frame }: { figure: Figure; frame: number }) {
	const { x, y } = figure;
	return (
		<ul className="playback-places" aria-label={`Places in “${figure.title}”`}>
			{movingSeries(figure).map(({ name, points }) => {
				const at = points[Math.min(frame, points.length - 1)]!;
				return (
					<li key={name}>
						{name}: {x.label} {at.x.toFixed(2)}, {y.label} {at.y.toFixed(2)}
					</li>
				);
			})}
		</ul>
	);
}

function Legend({ figure }: { figure: Figure }) {
	const scheme = useComputedColorScheme('light');
	const styles = stylesOf(figure, scheme);
	const { surface } = figure;
	return (
		<ul className="legend" aria-label="Series">
			{figure.series.map(({ name }, place) => (
				<li key={name}>
					<svg width={26} height={12} aria-hidden>
						<Key style={styles[place]!} />
					</svg>
					<span>{name}</span>
				</li>
			))}
			{surface !== undefined && (
				<li>
					<svg width={48} height={12} aria-hidden>
						{bands[scheme].map((fill, place) => (
							<rect key={fill} x={place * 8} y={1} width={8} height={10} fill={fill} />
						))}
					</svg>
					<span>{surfaceName(surface)}</span>
				</li>
			)}
		</ul>
	);
}

const marks: Record<string, string> = {
	circle: 'M9.5 6a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0Z',
	triangle: 'M13 1.5L17 9.5L9 9.5Z',
	rect: 'M9.5 2.5h7v7h-7Z',
	diamond: 'M13 1L18 6L13 11L8 6Z',
};

function Key({ style: { color, symbol, isLine, isDashed } }: { style: SeriesStyle }) {
	const dashes = isDashed ? '4 3' : undefined;
	const isHollow = symbol.startsWith('empty');
	const mark = marks[symbol.replace('empty', '').toLowerCase()];
	return (
		<>
			{isLine && <line x1={1} x2={25} y1={6} y2={6} stroke={color} strokeWidth={2} strokeDasharray={dashes} />}
			{mark !== undefined && <path d={mark} stroke={color} strokeWidth={1.5} fill={isHollow ? 'none' : color} />}
		</>
	);
}

/** For those who do not see it: the ends of each series. */
function described({ title, x, y, series }: Figure): string {
	const ends = series.flatMap(({ name, points }) => {
		const [first, last] = [points[0], points.at(-1)];
		if (first === undefined || last === undefined) return [];
		const [from, to] = [first, last].map((point) => {
			const [at, height] = [point.x, point.y].map((value) => tickText(Number(value.toPrecision(3))));
			return `${height} at ${at}`;
		});
		return [`${name} from ${from} to ${to}`];
	});
	return `${title}: ${axisName(y)} by ${axisName(x)}. ${ends.join('; ')}.`;
}
