import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RankBy } from '../contracts/api.ts';
import { type BoardColumns, type BoardRow, contendersFor, intervalsOfBoard, rankBoard, rankRows } from './ranking.ts';
import { countTies } from './ties.ts';

/** Few distinct values, so that equal ones are common. */
const measure = fc.integer({ min: 0, max: 6 });
const spread = fc.integer({ min: 0, max: 3 });
const boardRow: fc.Arbitrary<BoardRow> = fc
	.record({
		deviceKey: fc.constantFrom('cpu-a', 'cpu-b', ''),
		hash: fc.string({ minLength: 8, maxLength: 8 }),
		succeeded: fc.integer({ min: 0, max: 4 }),
		diverged: fc.boolean(),
		accuracyMean: measure,
		epochSecondsMedian: measure,
		secondsToTarget: fc.option(measure),
		rankedMean: measure,
		rankedStd: spread,
	})
	.map((row) =>
		row.succeeded > 0
			? { ...row, diverged: false }
			: {
					...row,
					accuracyMean: null,
					epochSecondsMedian: null,
					secondsToTarget: null,
					rankedMean: null,
					rankedStd: null,
				},
	);
const board = fc.uniqueArray(boardRow, { selector: (row) => row.deviceKey + row.hash, maxLength: 40 });
const rankBy = fc.constantFrom(...RankBy.options);

const row = (changes: Partial<BoardRow>): BoardRow => ({
	deviceKey: 'cpu-a',
	hash: 'a',
	succeeded: 3,
	diverged: false,
	accuracyMean: 0.9,
	epochSecondsMedian: 1,
	rankedMean: 0.9,
	rankedStd: 0.01,
	...changes,
});
const nothing = { succeeded: 0, accuracyMean: null, epochSecondsMedian: null, rankedMean: null };

test('every row is ranked once, and ranks count from 1 without gaps on each device', () => {
	fc.assert(
		fc.property(board, rankBy, (rows, by) => {
			const ranked = rankRows(rows, by);
			assert.equal(new Set(ranked.map((entry) => entry.row)).size, rows.length);
			for (const [, entries] of Map.groupBy(ranked, (entry) => entry.row.deviceKey)) {
				assert.deepEqual(
					entries.map((entry) => entry.rank),
					entries.map((_, i) => i + 1),
				);
			}
		}),
	);
});

test('the order does not depend on the order in which rows arrive', () => {
	fc.assert(
		fc.property(board, rankBy, (rows, by) => {
			assert.deepEqual(rankRows(rows.toReversed(), by), rankRows(rows, by));
		}),
	);
});

test('a row’s rank, ties and front do not change when another device’s rows are taken away', () => {
	fc.assert(
		fc.property(board, rankBy, (rows, by) => {
			const alone = rankRows(
				rows.filter((one) => one.deviceKey === 'cpu-a'),
				by,
			);
			assert.deepEqual(
				alone,
				rankRows(rows, by).filter((entry) => entry.row.deviceKey === 'cpu-a'),
			);
		}),
	);
});

test('the front is exactly the rows that no other of its device beats, whatever ranks', () => {
	fc.assert(
		fc.property(board, rankBy, (rows, by) => {
			for (const { row: one, onParetoFront } of rankRows(rows, by)) {
				const { accuracyMean, epochSecondsMedian } = one;
				if (accuracyMean === null || epochSecondsMedian === null) {
					assert.equal(onParetoFront, false);
					continue;
				}
				const beaten = rows.some(
					(other) =>
						other.deviceKey === one.deviceKey &&
						other.accuracyMean !== null &&
						other.epochSecondsMedian !== null &&
						other.accuracyMean >= accuracyMean &&
						other.epochSecondsMedian <= epochSecondsMedian &&
						(other.accuracyMean > accuracyMean || other.epochSecondsMedian < epochSecondsMedian),
				);
				assert.equal(onParetoFront, !beaten);
			}
		}),
	);
});

test('a page of the ranking is that part of the whole', () => {
	fc.assert(
		fc.property(board, rankBy, fc.nat(45), fc.nat(45), (rows, by, from, length) => {
			assert.deepEqual(rankRows(rows, by, from, from + length), rankRows(rows, by).slice(from, from + length));
		}),
	);
});

test('ties are counted as comparing every pair would, for whichever are shown', () => {
	const interval = fc.option(fc.tuple(measure, spread).map(([low, width]): [number, number] => [low, low + width]));
	fc.assert(
		fc.property(fc.array(fc.tuple(interval, fc.boolean())), (places) => {
			const intervals = places.map(([one]) => one);
			const expected = intervals.map((one, i) =>
				one === null
					? null
					: intervals.filter((other, j) => j !== i && other !== null && other[0] <= one[1] && other[1] >= one[0])
							.length,
			);
			const isShown = (_: unknown, i: number) => places[i]![1];
			const present = intervals.filter((one) => one !== null);
			const all = {
				lows: Float64Array.from(present, ([low]) => low),
				highs: Float64Array.from(present, ([, high]) => high),
			};
			assert.deepEqual(countTies(intervals.filter(isShown), all), expected.filter(isShown));
		}),
		{ numRuns: 1000 },
	);
});

test('pareto ranks the whole front before the rest', () => {
	fc.assert(
		fc.property(board, (rows) => {
			for (const [, entries] of Map.groupBy(rankRows(rows, 'pareto'), (entry) => entry.row.deviceKey)) {
				const flags = entries.map((entry) => entry.onParetoFront);
				assert.deepEqual(
					flags,
					flags.toSorted((one, other) => Number(other) - Number(one)),
				);
			}
		}),
	);
});

test('accuracy ranks the mean over seeds, not the steadiest or the fastest; equal means by hash', () => {
	const rows = [
		row({ hash: 'c', accuracyMean: 0.95, rankedStd: 0.3, epochSecondsMedian: 9 }),
		row({ hash: 'b', accuracyMean: 0.94, epochSecondsMedian: 2 }),
		row({ hash: 'a', accuracyMean: 0.94, epochSecondsMedian: 5 }),
	];
	assert.deepEqual(rankRows(rows, 'valAccuracy').map(hashOf), ['c', 'a', 'b']);
	assert.deepEqual(rankRows(rows, 'epochSeconds').map(hashOf), ['b', 'a', 'c']);
	assert.deepEqual(rankRows(rows, 'pareto').map(hashOf), ['c', 'b', 'a']);
});

test('who reached the target first ranks first; those who never did follow by accuracy', () => {
	const rows = [
		row({ hash: 'a', accuracyMean: 0.99 }),
		row({ hash: 'b', accuracyMean: 0.96, secondsToTarget: 3 }),
		row({ hash: 'c', accuracyMean: 0.995, secondsToTarget: null }),
		row({ hash: 'd', accuracyMean: 0.97, secondsToTarget: 3 }),
		row({ hash: 'e', accuracyMean: 0.95, secondsToTarget: 2 }),
	];
	assert.deepEqual(rankRows(rows, 'secondsToTarget').map(hashOf), ['e', 'd', 'b', 'c', 'a']);
});

test('what failed is shown after what succeeded, and what diverged comes last, under every ranking', () => {
	const rows = [
		row({ hash: 'a', ...nothing, diverged: true }),
		row({ hash: 'b', ...nothing }),
		row({ hash: 'c', accuracyMean: 0.1, epochSecondsMedian: 1e6 }),
	];
	for (const by of RankBy.options) {
		const ranked = rankRows(rows, by);
		assert.deepEqual(ranked.map(hashOf), ['c', 'b', 'a']);
		assert.deepEqual(
			ranked.map((entry) => entry.onParetoFront),
			[true, false, false],
		);
	}
});

test('a configuration with one seed has no interval, so nothing is said about its ties', () => {
	const ranked = rankRows(
		[row({ hash: 'a', succeeded: 1, rankedStd: null }), row({ hash: 'b' }), row({ hash: 'c' })],
		'valAccuracy',
	);
	assert.deepEqual(
		ranked.map((entry) => entry.tiedWith),
		[null, 1, 1],
	);
});

function hashOf(entry: { row: BoardRow }): string {
	return entry.row.hash;
}

function columnsOf(rows: readonly BoardRow[]): BoardColumns {
	const doubles = (name: 'accuracyMean' | 'epochSecondsMedian' | 'secondsToTarget' | 'rankedMean' | 'rankedStd') =>
		Float64Array.from(rows, (row) => row[name] ?? Number.NaN);
	return {
		succeeded: Int32Array.from(rows, (row) => row.succeeded),
		accuracyMean: doubles('accuracyMean'),
		epochSecondsMedian: doubles('epochSecondsMedian'),
		secondsToTarget: doubles('secondsToTarget'),
		rankedMean: doubles('rankedMean'),
		rankedStd: doubles('rankedStd'),
	};
}

test('the places that contenders get among themselves are those that they have on the whole board', () => {
	fc.assert(
		fc.property(board, rankBy, fc.nat(40), fc.nat(40), (rows, by, from, count) => {
			const one = rows.map((row) => ({ ...row, deviceKey: 'cpu-a' }));
			const distinct = [...new Map(one.map((row) => [row.hash, row])).values()];
			const columns = columnsOf(distinct);
			const contenders = contendersFor(columns, by, from + count).map((i) => distinct[i]!);
			const places = rankBoard(contenders, by, from, from + count, intervalsOfBoard(columns));
			assert.deepEqual(places, rankRows(distinct, by).slice(from, from + count));
		}),
		{ numRuns: 2000 },
	);
});
