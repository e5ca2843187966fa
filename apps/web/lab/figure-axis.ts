import type { Axis, Figure, Point, Series } from '@basin/core/contracts/lab.ts';
import { logAxis } from '../charts/ink.ts';

/** Where an axis ends, its ticks, and where a value stands on it. */
export type Extent = { low: number; high: number; ticks: number[]; place(value: number): number };

/** So much of the axis is left free at each end, so that marks and error bars are whole. */
const margin = 0.04;
const grouped = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** `time per epoch (s)`. */
export function axisName({ label, unit }: Axis): string {
	return unit === undefined ? label : `${label} (${unit})`;
}

/** `10,000`, `0.02`, `3·10⁻⁵`. */
export function tickText(value: number): string {
	const size = Math.abs(value);
	const sign = value < 0 ? '−' : '';
	if (size === 0) return '0';
	if (size >= 1e-3 && size < 1e6) return `${sign}${grouped.format(Number(size.toPrecision(6)))}`;
	const [mantissa, exponent] = size.toExponential(2).split('e') as [string, string];
	const power = [...exponent].map((digit) => (digit === '-' ? '⁻' : (superscripts[Number(digit)] ?? ''))).join('');
	return `${sign}${Number(mantissa) === 1 ? '' : `${Number(mantissa)}·`}10${power}`;
}

/** The extents of both axes: of all that is drawn, error bars with it; a surface fills them to their ends. */
export function extentsOf({ x, y, series, surface }: Figure): { x: Extent; y: Extent } {
	const points = series.flatMap((one) => one.points);
	if (surface !== undefined) return { x: filled(surface.xs), y: filled(surface.ys) };
	const heights = points.flatMap((point) => [point.y, ...Object.values(barOf(point, y) ?? {})]);
	return {
		x: extentOf(
			points.map((point) => point.x),
			x,
		),
		y: extentOf(heights, y),
	};
}

/** The error bar of a point, cut where its axis is bounded; null without one. */
export function barOf({ low, high }: Point, { bounds, scale }: Axis): { low: number; high: number } | null {
	if (low === undefined || high === undefined) return null;
	if (scale === 'log' && low <= 0) return null;
	const [least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY] = bounds ?? [];
	return { low: Math.max(low, least), high: Math.min(high, most) };
}

/**
 * How far each series is set aside along x, as a share of the axis: those with error bars over the same places would
 * else hide each other's. Those of a group that have no place in common stand in one line.
 */
export function asides(series: readonly Series[]): number[] {
	const lines: Series[][] = [];
	for (const one of series.filter(({ points }) => points.some(({ low }) => low !== undefined))) {
		const line = lines.find((others) => others.every((other) => other.group === one.group && !share(other, one)));
		if (line === undefined || one.group === undefined) lines.push([one]);
		else line.push(one);
	}
	const isCrowded = lines.some((line, place) =>
		lines.slice(place + 1).some((later) => later.some((one) => line.some((other) => share(one, other)))),
	);
	return series.map((one) => {
		const place = lines.findIndex((line) => line.includes(one));
		return !isCrowded || place < 0 ? 0 : (place - (lines.length - 1) / 2) * 0.007;
	});
}

function share(one: Series, other: Series): boolean {
	const places = new Set(one.points.map(({ x }) => x));
	return other.points.some(({ x }) => places.has(x));
}

/** A value that is set aside by a share of the axis. */
export function setAside(value: number, share: number, { low, high }: Extent, scale: Axis['scale']): number {
	return scale === 'log' ? value * (high / low) ** share : value + share * (high - low);
}

function extentOf(values: number[], { scale, bounds }: Axis): Extent {
	if (scale === 'log') return logExtent(values);
	const [least, most] = ends(values);
	const free = (most - least || Math.abs(most) || 1) * margin;
	const [low, high] = [least - free, most + free];
	const ticks = linearTicks(low, high, values.every(Number.isInteger));
	const [first = low, last = high] = bounds ?? [];
	return { low, high, ticks: ticks.filter((tick) => tick >= first && tick <= last), place: (value) => value };
}

/** A 0 stands left of the smallest positive value, with a tick of its own: a training begins with update 0. */
function logExtent(values: number[]): Extent {
	const positive = values.filter((value) => value > 0);
	const { low, high } = logAxis(positive);
	const ticks = logTicks(low, high);
	const whole = [...new Set(positive)].toSorted((one, other) => one - other);
	const isSparse = whole.length <= 8 && whole.every(Number.isInteger) && isApart(whole);
	const shown = isSparse ? whole : ticks;
	if (!values.includes(0)) return { low, high, ticks: shown, place: (value) => value };
	const step = (high / low) ** 0.09;
	const zero = whole[0]! / step;
	return {
		...{ low: zero / (high / low) ** margin, high },
		ticks: [zero, ...shown],
		place: (value) => (value === 0 ? zero : value),
	};
}

const isApart = (sorted: readonly number[]) =>
	sorted.every((value, place) => place === 0 || value >= 1.4 * sorted[place - 1]!);

function filled(values: readonly number[]): Extent {
	const [low, high] = ends(values);
	return { low, high, ticks: linearTicks(low, high, false), place: (value) => value };
}

/** At least three: at powers of ten, else at as round numbers between as it takes. */
function logTicks(low: number, high: number): number[] {
	const powers = Array.from({ length: 40 }, (_, i) => i - 20).filter(
		(power) => 10 ** (power + 1) > low && 10 ** power < high,
	);
	for (const steps of [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]]) {
		const ticks = powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`)));
		const shown = ticks.filter((tick) => tick >= low && tick <= high);
		if (shown.length >= 3) return shown;
	}
	return linearTicks(low, high, false);
}

function linearTicks(low: number, high: number, isWhole: boolean): number[] {
	const rough = (high - low) / 5;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.7)!;
	const width = isWhole ? Math.max(1, step) : step;
	const from = Math.ceil(low / width - 1e-9);
	const count = Math.floor(high / width + 1e-9) - from + 1;
	return Array.from({ length: count }, (_, i) => Number(((from + i) * width).toPrecision(12)));
}

function ends(values: readonly number[]): [number, number] {
	return values.reduce<[number, number]>(
		([low, high], value) => [Math.min(low, value), Math.max(high, value)],
		[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
	);
}
