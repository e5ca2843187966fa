import type { RankBy } from '../contracts/api.ts';
import { confidence95 } from './statistics.ts';

/** For the API's description; the functions below are these rules, and the database only supplies their rows. */
export const rankingRules = `One board per device: times from different devices are never ranked against each other, so \
ranks start at 1 for each device and the boards follow one another by device key (\`device\` asks for one). \
\`valAccuracy\` ranks by the mean over the succeeded seeds, highest first; \`epochSeconds\` by the median over seeds of each \
seed's median epoch, lowest first; \`pareto\` puts the accuracy/time front first, then the rest, each by accuracy. Equal \
values are ordered by configuration hash. Intervals are 95 %, by Student's t over seeds, and need two seeds; \`tiedWith\` \
counts the board's other configurations whose interval overlaps on the ranked measure (accuracy for \`pareto\`). \
Configurations of which no seed succeeded come last, diverged ones at the very end; those with no ended seed are not \
listed. Filters apply first: ranks, ties and front are those of what is left.`;

/** One configuration on one device, over its succeeded seeds. The measures are null when `succeeded` is 0. */
export interface BoardRow {
	/** Empty when no device is known. */
	deviceKey: string;
	hash: string;
	succeeded: number;
	diverged: boolean;
	accuracyMean: number | null;
	epochSecondsMedian: number | null;
	/** Over the seeds, of what is ranked: seconds for `epochSeconds`, else accuracy. The interval follows from them. */
	rankedMean: number | null;
	rankedStd: number | null;
}

export interface RankedRow<T extends BoardRow> {
	row: T;
	rank: number;
	tiedWith: number | null;
	onParetoFront: boolean;
}

type Measured<T> = T & { accuracyMean: number; epochSecondsMedian: number };

/**
 * Ranks all rows, board after board, and answers the places `from` up to `to` of that list. What a place needs of the whole
 * board is found once; ties are counted for those places alone.
 */
export function rankRows<T extends BoardRow>(
	rows: readonly T[],
	rankBy: RankBy,
	from = 0,
	to = rows.length,
): RankedRow<T>[] {
	const boards = Map.groupBy(rows, (row) => row.deviceKey);
	let before = 0;
	return [...boards.keys()].sort(byDeviceKey).flatMap((key) => {
		const board = boards.get(key)!;
		const start = before;
		before += board.length;
		if (before <= from || start >= to) return [];
		return rankBoard(board, rankBy, Math.max(0, from - start), to - start);
	});
}

function rankBoard<T extends BoardRow>(rows: readonly T[], rankBy: RankBy, from: number, to: number): RankedRow<T>[] {
	const measured = rows.filter(isMeasured);
	const unmeasured = rows.filter((row) => !isMeasured(row));
	const { ordered, front } = orders[rankBy](measured);
	const shown = [...ordered, ...unmeasured.sort(byDivergence)].slice(from, to) as T[];
	const ties = countTies(shown.map(intervalOf), rows.map(intervalOf));
	return shown.map((row, i) => ({
		row,
		rank: from + i + 1,
		tiedWith: ties[i] ?? null,
		onParetoFront: front.has(row),
	}));
}

function isMeasured<T extends BoardRow>(row: T): row is Measured<T> {
	return row.accuracyMean !== null && row.epochSecondsMedian !== null;
}

type Ordered<T> = { ordered: T[]; front: Set<unknown> };

/** Each sorts once; the front is read off the sorted rows. */
const orders: Record<RankBy, <T extends Measured<BoardRow>>(measured: T[]) => Ordered<T>> = {
	valAccuracy: (measured) => {
		const ordered = measured.sort(byAccuracy);
		return { ordered, front: frontOf(ordered, costOfAccuracy, costOfTime) };
	},
	epochSeconds: (measured) => {
		const ordered = measured.sort(byEpochSeconds);
		return { ordered, front: frontOf(ordered, costOfTime, costOfAccuracy) };
	},
	pareto: (measured) => {
		const byBoth = measured.sort(byAccuracyThenTime);
		const front = frontOf(byBoth, costOfAccuracy, costOfTime);
		const rest = byBoth.filter((row) => !front.has(row));
		return { ordered: [...byBoth.filter((row) => front.has(row)), ...rest], front };
	},
};

type Cost = (row: Measured<BoardRow>) => number;

/**
 * Rows that no other beats: none is at least as accurate and as fast, and better in one of the two. `rows` are sorted by their
 * first cost, so one is on the front when its second cost is the least of its equals and less than all before them.
 */
function frontOf(rows: readonly Measured<BoardRow>[], first: Cost, second: Cost): Set<unknown> {
	const front = new Set<unknown>();
	let least = Number.POSITIVE_INFINITY;
	for (let start = 0, end = 0; start < rows.length; start = end) {
		const cost = first(rows[start]!);
		let leastOfEquals = Number.POSITIVE_INFINITY;
		for (; end < rows.length && first(rows[end]!) === cost; end++) {
			leastOfEquals = Math.min(leastOfEquals, second(rows[end]!));
		}
		if (leastOfEquals >= least) continue;
		least = leastOfEquals;
		for (const row of rows.slice(start, end)) if (second(row) === least) front.add(row);
	}
	return front;
}

type Interval = [number, number] | null;

function intervalOf({ succeeded, rankedMean, rankedStd }: BoardRow): Interval {
	return rankedMean === null ? null : confidence95(succeeded, rankedMean, rankedStd);
}

/**
 * For each interval, how many others of `all`, which holds it too, overlap it: all, less those wholly above and those wholly
 * below.
 */
export function countTies(intervals: readonly Interval[], all: readonly Interval[] = intervals): (number | null)[] {
	const present = all.filter((interval) => interval !== null);
	const lows = Float64Array.from(present, ([low]) => low).sort();
	const highs = Float64Array.from(present, ([, high]) => high).sort();
	return intervals.map((interval) => {
		if (interval === null) return null;
		const [low, high] = interval;
		const above = lows.length - countBelow(lows, high, true);
		const below = countBelow(highs, low, false);
		return present.length - above - below - 1;
	});
}

/** How many of the sorted values are less than the bound (or equal to it). */
function countBelow(sorted: Float64Array, bound: number, orEqual: boolean): number {
	let low = 0;
	let high = sorted.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		const value = sorted[middle]!;
		if (value < bound || (orEqual && value === bound)) low = middle + 1;
		else high = middle;
	}
	return low;
}

const costOfAccuracy: Cost = (row) => -row.accuracyMean;
const costOfTime: Cost = (row) => row.epochSecondsMedian;

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const byHash = (one: BoardRow, other: BoardRow) => byText(one.hash, other.hash);
const byAccuracy = (one: Measured<BoardRow>, other: Measured<BoardRow>) =>
	other.accuracyMean - one.accuracyMean || byHash(one, other);
const byEpochSeconds = (one: Measured<BoardRow>, other: Measured<BoardRow>) =>
	one.epochSecondsMedian - other.epochSecondsMedian || byHash(one, other);
const byAccuracyThenTime = (one: Measured<BoardRow>, other: Measured<BoardRow>) =>
	other.accuracyMean - one.accuracyMean || byEpochSeconds(one, other);
const byDivergence = (one: BoardRow, other: BoardRow) =>
	Number(one.diverged) - Number(other.diverged) || byHash(one, other);
/** Rows without a known device come last. */
const byDeviceKey = (one: string, other: string) => Number(one === '') - Number(other === '') || byText(one, other);
