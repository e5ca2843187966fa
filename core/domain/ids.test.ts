import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SweepId, TrialId } from '../contracts/ids.ts';
import { newSweepId, newTrialIds } from './ids.ts';

const moment = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) });

test('a sweep id is one of the contract’s, and a later one sorts after an earlier one', () => {
	fc.assert(
		fc.property(moment, fc.integer({ min: 1, max: 1e12 }), (at, later) => {
			assert.equal(SweepId.safeParse(newSweepId(at)).success, true);
			assert.ok(newSweepId(at) < newSweepId(at + later));
		}),
	);
});

test('ten thousand trial ids are different, sorted as listed, and of the contract’s form', () => {
	const ids = newTrialIds(Date.now(), 10_000);
	assert.equal(new Set(ids).size, ids.length);
	assert.deepEqual(ids.toSorted(), ids);
	for (const id of ids) assert.equal(TrialId.safeParse(id).success, true);
});

test('two lists made in the same millisecond share no id', () => {
	assert.equal(new Set([...newTrialIds(0, 1000), ...newTrialIds(0, 1000)]).size, 2000);
});
