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

/** Ranks every row, board after board. */
export function rankRows<T extends BoardRow>(rows: readonly T[], rankBy: RankBy): RankedRow<T>[] {
	const boards = Map.groupBy(rows, (row) => row.deviceKey);
	return [...boards.keys()].sort(byDeviceKey).flatMap((key) => rankBoard(boards.get(key)!, rankBy));
}

function rankBoard<T extends BoardRow>(rows: readonly T[], rankBy: RankBy): RankedRow<T>[] {
	const measured = rows.filter(isMeasured);
	const unmeasured = rows.filter((row) => !isMeasured(row));
	const front = paretoFront(measured);
	const order = { valAccuracy: byAccuracy, epochSeconds: byEpochSeconds, pareto: byFront(front) }[rankBy];
	const ordered: T[] = [...measured.sort(order), ...unmeasured.sort(byDivergence)];
	const tiesOf = countTies(ordered.map(intervalOf));
	return ordered.map((row, i) => ({
		row,
		rank: i + 1,
		tiedWith: tiesOf[i] ?? null,
		onParetoFront: front.has(row),
	}));
}

function isMeasured<T extends BoardRow>(row: T): row is Measured<T> {
	return row.accuracyMean !== null && row.epochSecondsMedian !== null;
}

/** Rows that no other beats: none is at least as accurate and as fast, and better in one of the two. */
export function paretoFront<T extends { accuracyMean: number; epochSecondsMedian: number }>(
	rows: readonly T[],
): Set<unknown> {
	const front = new Set<unknown>();
	let accuracy = Number.NaN;
	let fastestAtAccuracy = Number.POSITIVE_INFINITY;
	let fastest = Number.POSITIVE_INFINITY;
	for (const row of rows.toSorted(byAccuracyThenTime)) {
		if (row.accuracyMean !== accuracy) {
			fastest = Math.min(fastest, fastestAtAccuracy);
			accuracy = row.accuracyMean;
			fastestAtAccuracy = row.epochSecondsMedian;
		}
		if (row.epochSecondsMedian === fastestAtAccuracy && row.epochSecondsMedian < fastest) front.add(row);
	}
	return front;
}

type Interval = [number, number] | null;

function intervalOf({ succeeded, rankedMean, rankedStd }: BoardRow): Interval {
	return rankedMean === null ? null : confidence95(succeeded, rankedMean, rankedStd);
}

/** For each interval, how many others overlap it: all, less those wholly above and those wholly below. */
export function countTies(intervals: readonly Interval[]): (number | null)[] {
	const present = intervals.filter((interval) => interval !== null);
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

type Times = { accuracyMean: number; epochSecondsMedian: number };

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const byHash = (one: BoardRow, other: BoardRow) => byText(one.hash, other.hash);
const byAccuracyThenTime = (one: Times, other: Times) =>
	other.accuracyMean - one.accuracyMean || one.epochSecondsMedian - other.epochSecondsMedian;
const byAccuracy = (one: Measured<BoardRow>, other: Measured<BoardRow>) =>
	other.accuracyMean - one.accuracyMean || byHash(one, other);
const byEpochSeconds = (one: Measured<BoardRow>, other: Measured<BoardRow>) =>
	one.epochSecondsMedian - other.epochSecondsMedian || byHash(one, other);
const byFront = (front: Set<unknown>) => (one: Measured<BoardRow>, other: Measured<BoardRow>) =>
	Number(front.has(other)) - Number(front.has(one)) || byAccuracyThenTime(one, other) || byHash(one, other);
const byDivergence = (one: BoardRow, other: BoardRow) =>
	Number(one.diverged) - Number(other.diverged) || byHash(one, other);
/** Rows without a known device come last. */
const byDeviceKey = (one: string, other: string) => Number(one === '') - Number(other === '') || byText(one, other);
