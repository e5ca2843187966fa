import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epochOrder } from './order.ts';

const rowsOf = (count: number) => Int32Array.from({ length: count }, (_, row) => row * 3);

test('an order is a permutation of its rows and leaves them alone', () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 300 }), fc.nat(), fc.integer({ min: 1, max: 50 }), (count, seed, epoch) => {
			const rows = rowsOf(count);
			const order = epochOrder(rows, seed, epoch);
			assert.deepEqual(order.toSorted(), rowsOf(count));
			assert.deepEqual(rows, rowsOf(count));
		}),
	);
});

test('an order is a pure function of seed and epoch, and differs for another of either', () => {
	const rows = rowsOf(200);
	const order = epochOrder(rows, 7, 2);
	assert.deepEqual(epochOrder(rows, 7, 2), order);
	assert.notDeepEqual(epochOrder(rows, 7, 3), order);
	assert.notDeepEqual(epochOrder(rows, 8, 2), order);
});

test('every row is equally likely in every place', () => {
	const counts = new Array<number>(16).fill(0);
	for (let epoch = 1; epoch <= 8000; epoch++) {
		const order = epochOrder(Int32Array.of(0, 1, 2, 3), 1, epoch);
		for (const [place, row] of order.entries()) counts[place * 4 + row]!++;
	}
	for (const count of counts) assert.ok(Math.abs(count - 2000) < 200, `${counts}`);
});
