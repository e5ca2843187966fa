import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '@basin/client';
import { liveMs, nextPoll } from './polling.ts';

const refused = (status: number) =>
	new ApiError({
		type: 'about:blank',
		title: 'no',
		status,
		detail: 'No.',
		code: status === 404 ? 'sweep_not_found' : 'internal',
		requestId: 'req_1',
	});

test('what runs is asked for every second, what has ended no more', () => {
	assert.equal(nextPoll(null, true), liveMs);
	assert.equal(nextPoll(null, false), false);
});

test('what the API refused is not asked for again', () => {
	assert.equal(nextPoll(refused(404), true), false);
});

test('while nothing answers the page goes on asking, also for what had ended', () => {
	for (const error of [new TypeError('fetch failed'), refused(500)])
		for (const live of [true, false]) assert.ok(Number(nextPoll(error, live)) > liveMs);
});
