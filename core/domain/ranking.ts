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
	const { ordered, front } = orders[rankBy](measured, to);
	const shown: T[] = ordered.slice(from, to);
	if (to > measured.length) {
		const unmeasured = rows.filter((row) => !isMeasured(row)).sort(byDivergence);
		shown.push(...unmeasured.slice(Math.max(0, from - measured.length), to - measured.length));
	}
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

type Cost = (row: Measured<BoardRow>) => number;
type Compare = (one: Measured<BoardRow>, other: Measured<BoardRow>) => number;
type Ordered<T> = { ordered: T[]; front: Set<unknown> };

/** The first `to` places at least, and which of them are on the front. */
const orders: Record<RankBy, <T extends Measured<BoardRow>>(measured: T[], to: number) => Ordered<T>> = {
	valAccuracy: (measured, to) => {
		const ordered = firstPlaces(measured, to, costOfAccuracy, byAccuracy);
		return { ordered, front: frontOf(ordered, costOfAccuracy, costOfTime) };
	},
	epochSeconds: (measured, to) => {
		const ordered = firstPlaces(measured, to, costOfTime, byEpochSeconds);
		return { ordered, front: frontOf(ordered, costOfTime, costOfAccuracy) };
	},
	pareto: (measured) => {
		const byBoth = measured.toSorted(byAccuracyThenTime);
		const front = frontOf(byBoth, costOfAccuracy, costOfTime);
		const rest = byBoth.filter((row) => !front.has(row));
		return { ordered: [...byBoth.filter((row) => front.has(row)), ...rest], front };
	},
};

/**
 * The first `to` rows in order, and all that cost the same as the last of them: the front needs whole groups of equals. Costs are
 * sorted as numbers and only these rows by comparing: of 10,000 the first hundred take 0.9 ms so, and 4 ms by sorting all.
 */
function firstPlaces<T extends Measured<BoardRow>>(rows: T[], to: number, cost: Cost, compare: Compare): T[] {
	if (to >= rows.length) return rows.toSorted(compare);
	const bound = Float64Array.from(rows, cost).sort()[to - 1]!;
	return rows.filter((row) => cost(row) <= bound).sort(compare);
}

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
	const lows = new Float64Array(all.length);
	const highs = new Float64Array(all.length);
	let present = 0;
	for (const interval of all) {
		if (interval === null) continue;
		lows[present] = interval[0];
		highs[present] = interval[1];
		present++;
	}
	const sortedLows = lows.subarray(0, present).sort();
	const sortedHighs = highs.subarray(0, present).sort();
	return intervals.map((interval) => {
		if (interval === null) return null;
		const [low, high] = interval;
		const above = present - countBelow(sortedLows, high, true);
		const below = countBelow(sortedHighs, low, false);
		return present - above - below - 1;
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
const byAccuracy: Compare = (one, other) => other.accuracyMean - one.accuracyMean || byHash(one, other);
const byEpochSeconds: Compare = (one, other) => one.epochSecondsMedian - other.epochSecondsMedian || byHash(one, other);
const byAccuracyThenTime: Compare = (one, other) => other.accuracyMean - one.accuracyMean || byEpochSeconds(one, other);
const byDivergence = (one: BoardRow, other: BoardRow) =>
	Number(one.diverged) - Number(other.diverged) || byHash(one, other);
/** Rows without a known device come last. */
const byDeviceKey = (one: string, other: string) => Number(one === '') - Number(other === '') || byText(one, other);
