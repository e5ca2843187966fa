import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backoffMs, defaultRetry, retryAfterMs } from './retry.ts';

test('a back-off spreads over the whole interval up to the bound and never beyond', () => {
	fc.assert(
		fc.property(fc.nat(60), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (retries, random) => {
			const bound = Math.min(defaultRetry.maxDelayMs, defaultRetry.baseDelayMs * 2 ** retries);
			assert.equal(
				backoffMs(defaultRetry, retries, () => random),
				random * bound,
			);
		}),
	);
});

test('Retry-After is read as seconds or as a date, and nonsense is no wait', () => {
	const now = Date.parse('2026-01-31T12:00:00Z');
	assert.equal(retryAfterMs('2', now), 2000);
	assert.equal(retryAfterMs('Sat, 31 Jan 2026 12:00:05 GMT', now), 5000);
	assert.equal(retryAfterMs('Sat, 31 Jan 2026 11:00:00 GMT', now), 0);
	assert.equal(retryAfterMs('-3', now), 0);
	for (const header of [null, '', 'soon']) assert.equal(retryAfterMs(header, now), undefined);
});
