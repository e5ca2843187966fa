import type { RankBy } from '../contracts/api.ts';
import { confidence95 } from './statistics.ts';
import { countTies, type Interval, type Intervals } from './ties.ts';

/** For the API's description; the functions below are these rules, and the database only supplies their rows. */
export const rankingRules = `One board per device: times from different devices are never ranked against each other, so \
ranks start at 1 for each device and the boards follow one another by device key (\`device\` asks for one). \
\`valAccuracy\` ranks by the mean over the succeeded seeds, highest first; \`epochSeconds\` by the median over seeds of each \
seed's median epoch, lowest first; \`secondsToTarget\` by the median over seeds of the seconds of updates until a validation first \
reached \`target\`, lowest first, where a seed that never did counts as later than all, and those without such a median come after, \
by accuracy; \`pareto\` puts the accuracy/time front first, then the rest, each by accuracy. Equal \
values are ordered by configuration hash. Intervals are 95 %, by Student's t over seeds, and need two seeds; \`tiedWith\` \
counts the board's other configurations whose interval overlaps on the ranked measure (accuracy for \`pareto\`; seconds to the target \
have one when every succeeded seed reached it). \
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
	/** Only where it ranks; null when half of the seeds or more never reached the target. */
	secondsToTarget?: number | null;
	/** Over the seeds, of what is ranked: seconds for `epochSeconds` and `secondsToTarget`, else accuracy. The interval follows from them. */
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

/**
 * The places `from` up to `to` of one board. `rows` may leave out what `contendersFor` leaves out; `all` is of the whole board.
 */
export function rankBoard<T extends BoardRow>(
	rows: readonly T[],
	rankBy: RankBy,
	from: number,
	to: number,
	all: Intervals = intervalsOf(rows),
): RankedRow<T>[] {
	const measured = rows.filter(isMeasured);
	const { ordered, front } = orders[rankBy](measured, to);
	const shown: T[] = ordered.slice(from, to);
	if (to > measured.length) {
		const unmeasured = rows.filter((row) => !isMeasured(row)).sort(byDivergence);
		shown.push(...unmeasured.slice(Math.max(0, from - measured.length), to - measured.length));
	}
	const ties = countTies(shown.map(intervalOf), all);
	return shown.map((row, i) => ({
		row,
		rank: from + i + 1,
		tiedWith: ties[i] ?? null,
		onParetoFront: front.has(row),
	}));
}

/** One board as columns of equal length, as far as ranking goes without hashes; NaN where a row has null. */
export interface BoardColumns {
	succeeded: Int32Array;
	accuracyMean: Float64Array;
	epochSecondsMedian: Float64Array;
	secondsToTarget?: Float64Array | undefined;
	rankedMean: Float64Array;
	rankedStd: Float64Array;
}

/**
 * The rows, by their index, among which the first `to` places are, whatever their hashes, and all that decides which of those
 * are on the front. Of 10,000 rows these are a hundred and some, so that the rest is never read whole.
 */
export function contendersFor(board: BoardColumns, rankBy: RankBy, to: number): number[] {
	const { accuracyMean, epochSecondsMedian } = board;
	const measured: number[] = [];
	const unmeasured: number[] = [];
	for (let i = 0; i < accuracyMean.length; i++) {
		const isWhole = !Number.isNaN(accuracyMean[i]) && !Number.isNaN(epochSecondsMedian[i]);
		(isWhole ? measured : unmeasured).push(i);
	}
	const accuracyCost = (i: number) => -accuracyMean[i]!;
	const timeCost = (i: number) => epochSecondsMedian[i]!;
	const contenders = firstOf(board, measured, rankBy, to);
	if (rankBy === 'pareto' || rankBy === 'secondsToTarget') {
		const byAccuracy = measured.toSorted((one, other) => accuracyCost(one) - accuracyCost(other));
		const front = frontOf(byAccuracy, accuracyCost, timeCost);
		for (const i of new Set(contenders)) front.delete(i);
		contenders.push(...front);
	}
	return to > measured.length ? [...contenders, ...unmeasured] : contenders;
}

/** Those that cost no more than the one at the last place that is asked for, in no order. */
function firstOf(board: BoardColumns, measured: number[], rankBy: RankBy, to: number): number[] {
	const accuracyCost = (i: number) => -board.accuracyMean[i]!;
	if (rankBy === 'epochSeconds') return withinFirst(measured, to, (i) => board.epochSecondsMedian[i]!);
	if (rankBy !== 'secondsToTarget') return withinFirst(measured, to, accuracyCost);
	const seconds = (i: number) => board.secondsToTarget?.[i] ?? Number.NaN;
	const reached = measured.filter((i) => !Number.isNaN(seconds(i)));
	const others = measured.filter((i) => Number.isNaN(seconds(i)));
	return [...withinFirst(reached, to, seconds), ...withinFirst(others, to - reached.length, accuracyCost)];
}

/** Row `i` of a board's columns. */
export function rowOf(board: BoardColumns, i: number) {
	const at = (column?: Float64Array) => (column === undefined || Number.isNaN(column[i]) ? null : column[i]!);
	return {
		succeeded: board.succeeded[i]!,
		accuracyMean: at(board.accuracyMean),
		epochSecondsMedian: at(board.epochSecondsMedian),
		secondsToTarget: at(board.secondsToTarget),
		rankedMean: at(board.rankedMean),
		rankedStd: at(board.rankedStd),
	};
}

function intervalsOf(rows: readonly Ranked[]): Intervals {
	const intervals = rows.map(intervalOf).filter((interval) => interval !== null);
	return {
		lows: Float64Array.from(intervals, ([low]) => low),
		highs: Float64Array.from(intervals, ([, high]) => high),
	};
}

export function intervalsOfBoard({ succeeded, rankedMean, rankedStd }: BoardColumns): Intervals {
	const lows = new Float64Array(succeeded.length);
	const highs = new Float64Array(succeeded.length);
	let present = 0;
	for (let i = 0; i < succeeded.length; i++) {
		if (Number.isNaN(rankedStd[i])) continue;
		const interval = confidence95(succeeded[i]!, rankedMean[i]!, rankedStd[i]!);
		if (interval === null) continue;
		[lows[present], highs[present]] = interval;
		present++;
	}
	return { lows: lows.subarray(0, present), highs: highs.subarray(0, present) };
}

function isMeasured<T extends BoardRow>(row: T): row is Measured<T> {
	return row.accuracyMean !== null && row.epochSecondsMedian !== null;
}

function hasReached({ secondsToTarget }: BoardRow): boolean {
	return secondsToTarget !== undefined && secondsToTarget !== null;
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
	secondsToTarget: (measured, to) => {
		const front = frontOf(measured.toSorted(byAccuracyThenTime), costOfAccuracy, costOfTime);
		const reached = measured.filter((row) => hasReached(row));
		const others = measured.filter((row) => !hasReached(row));
		const first = firstPlaces(reached, to, costOfTarget, bySecondsToTarget);
		return { ordered: [...first, ...firstPlaces(others, to - reached.length, costOfAccuracy, byAccuracy)], front };
	},
};

/** The first `to` rows in order, and all that cost the same as the last of them: the front needs whole groups of equals. */
function firstPlaces<T extends Measured<BoardRow>>(rows: T[], to: number, cost: Cost, compare: Compare): T[] {
	return withinFirst(rows, to, cost).sort(compare);
}

/** Those that cost no more than the `to`th, in no order. */
function withinFirst<T>(rows: T[], to: number, cost: (row: T) => number): T[] {
	if (to >= rows.length) return [...rows];
	if (to <= 0) return [];
	const costs = new Float64Array(rows.length);
	for (let i = 0; i < rows.length; i++) costs[i] = cost(rows[i]!);
	const bound = lowestAt(costs.slice(), to - 1);
	return rows.filter((_, i) => costs[i]! <= bound);
}

/** The value that would be at the place if `values` were sorted; changes their order (Hoare's selection: linear, by halves). */
function lowestAt(values: Float64Array, place: number): number {
	for (let low = 0, high = values.length - 1; low < high; ) {
		const pivot = values[(low + high) >> 1]!;
		let i = low;
		let j = high;
		while (i <= j) {
			while (values[i]! < pivot) i++;
			while (values[j]! > pivot) j--;
			if (i > j) break;
			[values[i], values[j]] = [values[j]!, values[i]!];
			i++;
			j--;
		}
		if (place <= j) high = j;
		else if (place >= i) low = i;
		else break;
	}
	return values[place]!;
}

/**
 * Rows that no other beats: none is at least as accurate and as fast, and better in one of the two. `rows` are sorted by their
 * first cost, so one is on the front when its second cost is the least of its equals and less than all before them.
 */
function frontOf<T>(rows: readonly T[], first: (row: T) => number, second: (row: T) => number): Set<T> {
	const front = new Set<T>();
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

type Ranked = Pick<BoardRow, 'succeeded' | 'rankedMean' | 'rankedStd'>;

function intervalOf({ succeeded, rankedMean, rankedStd }: Ranked): Interval {
	return rankedMean === null ? null : confidence95(succeeded, rankedMean, rankedStd);
}

const costOfAccuracy: Cost = (row) => -row.accuracyMean;
const costOfTime: Cost = (row) => row.epochSecondsMedian;
const costOfTarget: Cost = (row) => row.secondsToTarget!;

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const byHash = (one: BoardRow, other: BoardRow) => byText(one.hash, other.hash);
const byAccuracy: Compare = (one, other) => other.accuracyMean - one.accuracyMean || byHash(one, other);
const byEpochSeconds: Compare = (one, other) => one.epochSecondsMedian - other.epochSecondsMedian || byHash(one, other);
const bySecondsToTarget: Compare = (one, other) =>
	one.secondsToTarget! - other.secondsToTarget! || byAccuracy(one, other);
const byAccuracyThenTime: Compare = (one, other) => other.accuracyMean - one.accuracyMean || byEpochSeconds(one, other);
const byDivergence = (one: BoardRow, other: BoardRow) =>
	Number(one.diverged) - Number(other.diverged) || byHash(one, other);
/** Rows without a known device come last. */
export const byDeviceKey = (one: string, other: string) =>
	Number(one === '') - Number(other === '') || byText(one, other);
