import type { LeaderboardEntry } from '@basin/client';

/** Bounds, both included. */
export type Bounds = readonly [low: number, high: number];

export const axes = ['batchSize', 'eta', 'lambda'] as const;
export type Axis = (typeof axes)[number];

export const shown = ['all', 'ranked', 'failed'] as const;
export type Shown = (typeof shown)[number];

/** Which rows of a leaderboard are shown; ranks, ties and the front stay those of the whole board. */
export type BoardFilter = {
	/** Only these values of an axis; undefined: all. */
	values: Partial<Record<Axis, readonly number[]>>;
	accuracy?: Bounds | undefined;
	epochSeconds?: Bounds | undefined;
	/** The best so many per cent of the ranked rows. */
	topPercent: number;
	shown: Shown;
	device: string | null;
};

export const noFilter: BoardFilter = { values: {}, topPercent: 100, shown: 'all', device: null };

/** A row of the board: a configuration on a device. */
export function keyOf(entry: LeaderboardEntry): string {
	return `${entry.configurationHash}.${entry.device?.key ?? ''}`;
}

export function isRanked(entry: LeaderboardEntry): boolean {
	return entry.valAccuracy !== null;
}

/** No seed has finished, and none has failed for good: trials still run or wait. */
export function isWaiting(entry: LeaderboardEntry): boolean {
	return entry.valAccuracy === null && !entry.diverged && entry.seeds.failed === 0;
}

/** The rows that pass; their order stays. */
export function filterBoard(entries: readonly LeaderboardEntry[], filter: BoardFilter): LeaderboardEntry[] {
	const ranked = entries.filter(isRanked).length;
	const lowestRank = filter.topPercent >= 100 ? Number.POSITIVE_INFINITY : (ranked * filter.topPercent) / 100;
	return entries.filter(
		(entry) =>
			axes.every((axis) => filter.values[axis]?.includes(entry.configuration[axis]) ?? true) &&
			isWithin(entry.valAccuracy?.mean, filter.accuracy) &&
			isWithin(entry.epochSeconds?.median, filter.epochSeconds) &&
			(filter.device === null || entry.device?.key === filter.device) &&
			isShown(entry, filter.shown) &&
			(lowestRank === Number.POSITIVE_INFINITY || (isRanked(entry) && entry.rank <= Math.max(1, lowestRank))),
	);
}

function isWithin(value: number | undefined, bounds: Bounds | undefined): boolean {
	if (bounds === undefined) return true;
	return value !== undefined && value >= bounds[0] && value <= bounds[1];
}

function isShown(entry: LeaderboardEntry, which: Shown): boolean {
	if (which === 'all') return true;
	return which === 'ranked' ? isRanked(entry) : !isRanked(entry) && !isWaiting(entry);
}

/** The values of an axis that the board has, ascending. */
export function valuesOf(entries: readonly LeaderboardEntry[], axis: Axis): number[] {
	return [...new Set(entries.map(({ configuration }) => configuration[axis]))].sort((a, b) => a - b);
}

const names: Record<Axis, string> = { batchSize: 'B', eta: 'eta', lambda: 'lambda' };

/** The filter that an address holds; what cannot be read is left out. */
export function readFilter(params: URLSearchParams): BoardFilter {
	const values = Object.fromEntries(
		axes.flatMap((axis) => {
			const list = params.get(names[axis])?.split(',').map(Number).filter(Number.isFinite) ?? [];
			return list.length === 0 ? [] : [[axis, list]];
		}),
	);
	const top = Number(params.get('top') ?? 100);
	return {
		values,
		...readBounds(params, 'accuracy'),
		...readBounds(params, 'epochSeconds'),
		topPercent: top >= 1 && top <= 100 ? top : 100,
		shown: shown.find((which) => which === params.get('show')) ?? 'all',
		device: params.get('device'),
	};
}

function readBounds<Name extends string>(params: URLSearchParams, name: Name): Partial<Record<Name, Bounds>> {
	const [low, high, ...more] = params.get(name)?.split('~').map(Number) ?? [];
	if (low === undefined || high === undefined || more.length > 0 || !(low <= high)) return {};
	return { [name]: [low, high] } as unknown as Partial<Record<Name, Bounds>>;
}

/** Writes the filter into an address; what is not filtered by is removed from it. */
export function writeFilter(params: URLSearchParams, filter: BoardFilter): URLSearchParams {
	const next = new URLSearchParams(params);
	const set = (name: string, value: string | undefined) => {
		if (value === undefined) next.delete(name);
		else next.set(name, value);
	};
	for (const axis of axes) set(names[axis], filter.values[axis]?.join(','));
	set('accuracy', filter.accuracy?.join('~'));
	set('epochSeconds', filter.epochSeconds?.join('~'));
	set('top', filter.topPercent >= 100 ? undefined : String(filter.topPercent));
	set('show', filter.shown === 'all' ? undefined : filter.shown);
	set('device', filter.device ?? undefined);
	return next;
}

export function isFiltered(filter: BoardFilter): boolean {
	return countFilters(filter) > 0;
}

/** By how many columns and choices rows are filtered. */
export function countFilters(filter: BoardFilter): number {
	return writeFilter(new URLSearchParams(), filter).size;
}
