import type { Figure } from '@basin/core/contracts/lab.ts';
import { contours } from 'd3-contour';
import type { Scheme } from '../charts/ink.ts';
import { tickText } from './figure-axis.ts';

export type Surface = NonNullable<Figure['surface']>;

/** From the lowest values to the highest. */
export const bands = {
	light: ['#f7fbff', '#e3eef9', '#cfe1f2', '#b5d4e9', '#93c3df', '#6daed5'],
	dark: ['#1b222c', '#20303f', '#254053', '#2a5068', '#2f617d', '#357293'],
} as const;

type Drawing = { value(dimension: number): number; coord(point: [number, number]): [number, number] };

/** What its colours say, such as `mean squared error, 0.1 to 7.3`. */
export function surfaceName({ values, label }: Surface): string {
	const sorted = values.flat().toSorted((one, other) => one - other);
	const [low, high] = [sorted[0]!, sorted.at(-1)!].map((value) => tickText(Number(value.toPrecision(2))));
	return `${label}, ${low} to ${high}`;
}

/** Bands of colour beneath the lines, at quantiles so that a steep wall does not take them all. */
export function surfaceSeries(surface: Surface, scheme: Scheme): object {
	const { xs, ys, values } = surface;
	const sorted = values.flat().toSorted((one, other) => one - other);
	const edges = bands[scheme].map((_, i) => sorted[Math.floor((i / bands[scheme].length) * (sorted.length - 1))]!);
	const shapes = contours().size([xs.length, ys.length]).thresholds(edges)(values.flat());
	const at = (grid: readonly number[], place: number) => grid[0]! + (place - 0.5) * (grid[1]! - grid[0]!);
	const renderItem = ({ dataIndex }: { dataIndex: number }, api: Drawing) => {
		const rings = shapes[dataIndex]!.coordinates.flat();
		const paths = rings.map((ring) => {
			const places = ring.map(([x, y]) => api.coord([at(xs, x!), at(ys, y!)]).map((pixel) => pixel.toFixed(1)));
			return `M${places.map((place) => place.join(' ')).join('L')}Z`;
		});
		return { type: 'path', shape: { pathData: paths.join('') }, style: { fill: bands[scheme][dataIndex] } };
	};
	return {
		...{ type: 'custom', name: surfaceName(surface), renderItem, silent: true, z: 1, clip: true },
		data: edges.map(() => [xs[0], ys[0]]),
		encode: { x: 0, y: 1 },
		itemStyle: { color: bands[scheme].at(-1) },
	};
}
