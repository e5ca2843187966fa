import type { LeaderboardEntry } from '@basin/client';
import type { Axis } from '../board/board-filter.ts';

/** One map of several: rows by columns at one value of the third axis. */
export type HeatGrid = {
	/** The value of the axis that is held. */
	held: number;
	columns: number[];
	/** From the top of the map to its bottom: descending. */
	rows: number[];
	/** By row, then column; undefined where the sweep has no such configuration. */
	cells: (LeaderboardEntry | undefined)[][];
};

export type HeatAxes = { held: Axis; column: Axis; row: Axis };

/** A map for each value of the held axis. All maps have the same rows and columns, so that they compare. */
export function heatGrids(entries: readonly LeaderboardEntry[], { held, column, row }: HeatAxes): HeatGrid[] {
	const columns = distinct(entries, column);
	const rows = distinct(entries, row).reverse();
	const byPoint = new Map(entries.map((entry) => [pointKey(entry, [held, column, row]), entry]));
	return distinct(entries, held).map((value) => ({
		held: value,
		columns,
		rows,
		cells: rows.map((y) => columns.map((x) => byPoint.get(`${value} ${x} ${y}`))),
	}));
}

function distinct(entries: readonly LeaderboardEntry[], axis: Axis): number[] {
	return [...new Set(entries.map(({ configuration }) => configuration[axis]))].sort((a, b) => a - b);
}

function pointKey({ configuration }: LeaderboardEntry, order: Axis[]): string {
	return order.map((axis) => configuration[axis]).join(' ');
}

/** A line in units of cells: 0 is the middle of the first column or row, 1 that of the second. */
export type IsoLine = { rate: number; points: [column: number, row: number][] };

/** How many points a line has in each column: enough to look like a curve. */
const pointsPerColumn = 8;

/**
 * Lines of equal η/(1 − λ), at each power of ten that crosses the map; η along the columns, λ along the rows. Between two
 * cells η is taken as logarithmic, and so is 1 − λ.
 */
export function isoLines({ columns, rows }: Pick<HeatGrid, 'columns' | 'rows'>): IsoLine[] {
	if (columns.length < 2 || rows.length < 2) return [];
	const rates = columns.flatMap((eta) => rows.map((lambda) => eta / (1 - lambda)));
	const first = Math.ceil(Math.log10(Math.min(...rates)) - 1e-9);
	const last = Math.floor(Math.log10(Math.max(...rates)) + 1e-9);
	const lines: IsoLine[] = [];
	for (let power = first; power <= last; power++) {
		const rate = 10 ** power;
		const points = lineOf(rate, columns, rows);
		if (points.length >= 2) lines.push({ rate, points });
	}
	return lines;
}

function lineOf(rate: number, etas: number[], lambdas: number[]): [number, number][] {
	const points: [number, number][] = [];
	for (let step = 0; step <= (etas.length - 1) * pointsPerColumn; step++) {
		const column = step / pointsPerColumn;
		const eta = between(etas.map(Math.log10), column);
		const row = positionOf(
			Math.log10(10 ** eta / rate),
			lambdas.map((lambda) => Math.log10(1 - lambda)),
		);
		if (row !== null) points.push([column, row]);
	}
	return points;
}

function between(values: number[], at: number): number {
	const below = Math.min(values.length - 2, Math.floor(at));
	return values[below]! + (values[below + 1]! - values[below]!) * (at - below);
}

/** Where a value lies in an ascending list, in units of its entries; null outside of it. */
function positionOf(value: number, ascending: number[]): number | null {
	const slack = 1e-9;
	for (let i = 0; i + 1 < ascending.length; i++) {
		const [low, high] = [ascending[i]!, ascending[i + 1]!];
		if (value >= low - slack && value <= high + slack) return i + (value - low) / (high - low);
	}
	return null;
}
