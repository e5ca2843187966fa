import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accuracy, row, unranked } from '../testing/board-rows.ts';
import { type BoardFilter, filterBoard, isFiltered, noFilter, readFilter, writeFilter } from './board-filter.ts';
import { columnValues, nextOrder, rankOrder, readOrder, sortBoard, writeOrder } from './board-order.ts';
import { bestOf, isTie } from './compare-rows.ts';
import { intervalBounds } from './intervals.ts';

const diverged = row({ ...unranked, rank: 4, eta: 50, diverged: true, seeds: { total: 3, succeeded: 0, failed: 3 } });
const waiting = row({ ...unranked, rank: 5, eta: 7, seeds: { total: 3, succeeded: 0, failed: 0 } });
const board = [
	row({ rank: 1, batchSize: 10, valAccuracy: accuracy(0.97) }),
	row({ rank: 2, batchSize: 100, valAccuracy: accuracy(0.96) }),
	row({ rank: 3, batchSize: 1000, lambda: 0.9, valAccuracy: accuracy(0.5) }),
	diverged,
	waiting,
];
const ranksOf = (filter: Partial<BoardFilter>) =>
	filterBoard(board, { ...noFilter, ...filter }).map(({ rank }) => rank);

test('without a filter every row is shown, failed and diverged ones too', () => {
	assert.deepEqual(ranksOf({}), [1, 2, 3, 4, 5]);
});

test('rows are narrowed by values, bounds, state and device; what was not measured passes no bound', () => {
	assert.deepEqual(ranksOf({ values: { batchSize: [10, 1000] } }), [1, 3]);
	assert.deepEqual(ranksOf({ values: { batchSize: [10, 1000], lambda: [0.9] } }), [3]);
	assert.deepEqual(ranksOf({ accuracy: [0.96, 1] }), [1, 2]);
	assert.deepEqual(ranksOf({ epochSeconds: [0.2, 0.3] }), [1, 2, 3]);
	assert.deepEqual(ranksOf({ shown: 'ranked' }), [1, 2, 3]);
	assert.deepEqual(ranksOf({ shown: 'failed' }), [4]);
	assert.deepEqual(ranksOf({ device: 'gpu-1' }), []);
});

test('the best per cent counts ranked rows only, and is never less than the first', () => {
	assert.deepEqual(ranksOf({ topPercent: 67 }), [1, 2]);
	assert.deepEqual(ranksOf({ topPercent: 1 }), [1]);
	assert.deepEqual(ranksOf({ topPercent: 99 }), [1, 2]);
});

test('a filter survives the address, and an address that makes no sense filters nothing', () => {
	const number = fc.double({ min: 0, max: 1e6, noNaN: true });
	const list = fc.array(number, { minLength: 1, maxLength: 4 });
	const bounds = fc.tuple(number, number).map(([a, b]) => (a <= b ? [a, b] : [b, a]) as [number, number]);
	const filters = fc.record({
		values: fc.record({ batchSize: list, eta: list, lambda: list }, { requiredKeys: [] }),
		topPercent: fc.integer({ min: 1, max: 100 }),
		shown: fc.constantFrom('all' as const, 'ranked' as const, 'failed' as const),
		device: fc.constantFrom(null, 'cpu-1'),
		accuracy: bounds,
		epochSeconds: bounds,
	});
	fc.assert(
		fc.property(filters, (filter) => {
			const address = new URLSearchParams(writeFilter(new URLSearchParams('tab=curves'), filter).toString());
			assert.equal(address.get('tab'), 'curves');
			assert.equal(writeFilter(address, readFilter(address)).toString(), address.toString());
			assert.deepEqual(readFilter(address).accuracy, filter.accuracy.map(Number));
			assert.deepEqual(
				readFilter(address).values.eta,
				filter.values.eta?.map((value) => value + 0),
			);
		}),
	);
	const nonsense = new URLSearchParams('B=ten&accuracy=1~0&epochSeconds=3&top=0&show=none');
	assert.equal(isFiltered(readFilter(nonsense)), false);
});

test('every column sorts both ways with unknown values last, and equal rows stay ranked', () => {
	for (const column of Object.keys(columnValues) as (keyof typeof columnValues)[]) {
		for (const descending of [false, true]) {
			const values = sortBoard(board, { column, descending }).map((entry): number | string | null =>
				columnValues[column](entry),
			);
			const known = values.filter((value) => value !== null);
			assert.deepEqual(values.slice(0, known.length), known, `${column}: unknown values are last`);
			const sorted = known.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
			assert.deepEqual(known, descending ? sorted.reverse() : sorted, column);
		}
	}
	assert.deepEqual(
		sortBoard(board, { column: 'device', descending: true }).map(({ rank }) => rank),
		[1, 2, 3, 4, 5],
	);
});

test('a third click on a column goes back to the ranking, and the order survives the address', () => {
	const first = nextOrder(rankOrder, 'accuracy');
	assert.deepEqual(first, { column: 'accuracy', descending: true });
	const second = nextOrder(first, 'accuracy');
	assert.deepEqual(second, { column: 'accuracy', descending: false });
	assert.deepEqual(nextOrder(second, 'accuracy'), rankOrder);
	for (const order of [first, second, rankOrder]) assert.deepEqual(readOrder(writeOrder(order)), order);
	assert.deepEqual(readOrder('-toString'), rankOrder);
});

test('bars are drawn on the scale of the better half, within what an accuracy can be', () => {
	const [low, high] = intervalBounds(board)!;
	assert.ok(low < 0.96 && low > 0.9 && high > 0.97 && high <= 1);
	assert.equal(intervalBounds([diverged]), null);
});

test('the best of a comparison is marked unless all are alike; ties are told by the intervals', () => {
	assert.deepEqual([...bestOf([0.9, null, 0.95, 0.95])], [2, 3]);
	assert.deepEqual([...bestOf([0.9, 0.9])], []);
	assert.deepEqual([...bestOf([null, 0.9])], []);
	const interval = (low: number, high: number) =>
		row({ valAccuracy: { mean: (low + high) / 2, std: 0.1, ci95: [low, high] } });
	assert.equal(isTie(interval(0.9, 0.95), interval(0.95, 0.96)), true);
	assert.equal(isTie(interval(0.9, 0.94), interval(0.95, 0.96)), false);
	assert.equal(isTie(interval(0.9, 0.94), diverged), null);
});
