import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEach } from './for-each.ts';

test('one failure keeps no other item from being done, and is told with how many there were', async () => {
	const done: number[] = [];
	const act = async (item: number) => {
		if (item % 10 === 3) throw new Error(`no ${item}`);
		done.push(item);
	};
	const items = Array.from({ length: 25 }, (_, i) => i);
	await assert.rejects(forEach(items, act), /^Error: 3 of 25 did not work: no 3$/);
	assert.equal(done.length, 22);
	await forEach([], act);
	await assert.rejects(forEach([3], act), /^Error: no 3$/);
});
