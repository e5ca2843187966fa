import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnv } from './env.ts';
import { priceOf } from './prices.ts';

test('one price is that of every device; prices by key leave a device without one unpriced, unless `*` has it', () => {
	assert.equal(priceOf(0.2, 'cpu-a'), 0.2);
	assert.equal(priceOf({ 'cpu-a': 1 }, 'cpu-a'), 1);
	assert.equal(priceOf({ 'cpu-a': 1 }, 'cpu-b'), null);
	assert.equal(priceOf({ 'cpu-a': 1, '*': 3 }, 'cpu-b'), 3);
});

test('a price is read as a number or as JSON, and anything else is refused in a sentence', () => {
	assert.equal(readEnv({}).BASIN_PRICE_PER_HOUR, undefined);
	assert.equal(readEnv({ BASIN_PRICE_PER_HOUR: '0.12' }).BASIN_PRICE_PER_HOUR, 0.12);
	assert.deepEqual(readEnv({ BASIN_PRICE_PER_HOUR: '{"cpu-a":2}' }).BASIN_PRICE_PER_HOUR, { 'cpu-a': 2 });
	for (const text of ['cheap', '-1', '{"cpu-a":"2"}', '[1]', 'null'])
		assert.throws(() => readEnv({ BASIN_PRICE_PER_HOUR: text }), /BASIN_PRICE_PER_HOUR: must be/, text);
	assert.throws(() => readEnv({ BASIN_CURRENCY: 'euro' }), /BASIN_CURRENCY: must be three capitals/);
});
