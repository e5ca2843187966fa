import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockRows } from './blocks.ts';

const size = fc.integer({ min: 1, max: 2000 });

test('blocks are multiples of the rows that belong together, and larger than the limit only for those', () => {
	fc.assert(
		fc.property(size, size, size, (rows, limit, together) => {
			const block = blockRows(rows, { limit, together });
			assert.ok(block <= rows && (block === rows || block % together === 0));
			assert.ok(block < limit + together);
		}),
	);
});

test('blocks are about equal, and one where all rows belong together', () => {
	assert.equal(blockRows(1001, { limit: 500, together: 1 }), 334);
	assert.equal(blockRows(1000, { limit: 500, together: 1 }), 500);
	assert.equal(blockRows(1001, { limit: 500, together: 100 }), 400);
	assert.equal(blockRows(1001, { limit: 500, together: Number.POSITIVE_INFINITY }), 1001);
});
