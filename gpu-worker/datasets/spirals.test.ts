import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSpirals } from './spirals.ts';

test('the spirals are the same points for everyone: arms of equal size in the unit circle, train and test apart', () => {
	const { train, test: held, sha256, classes } = makeSpirals();
	assert.equal(makeSpirals().sha256, sha256);
	assert.deepEqual([train.count, held.count], [6000, 3000]);
	for (const { values, labels, count } of [train, held]) {
		assert.equal(values.length, 2 * count);
		for (let arm = 0; arm < classes; arm++) assert.equal(labels.filter((label) => label === arm).length, count / 3);
		for (let point = 0; point < count; point++) {
			assert.ok(Math.hypot(values[2 * point]!, values[2 * point + 1]!) <= 1 + 1e-6);
		}
	}
	assert.notDeepEqual(train.values.slice(0, 100), held.values.slice(0, 100));
});
