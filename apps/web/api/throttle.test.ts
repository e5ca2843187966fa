import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createThrottle } from './throttle.ts';

test('what is asked for often happens at once, then once an interval, and a last time after the last request', (t) => {
	t.mock.timers.enable({ apis: ['setTimeout'] });
	let calls = 0;
	const ask = createThrottle(() => calls++, new AbortController().signal);
	for (let i = 0; i < 5; i++) ask(1000);
	assert.equal(calls, 1);
	t.mock.timers.tick(999);
	assert.equal(calls, 1);
	t.mock.timers.tick(1);
	assert.equal(calls, 2);
	t.mock.timers.tick(10_000);
	assert.equal(calls, 2);
	ask(1000);
	assert.equal(calls, 3);
});

test('nothing happens after the end', (t) => {
	t.mock.timers.enable({ apis: ['setTimeout'] });
	let calls = 0;
	const abort = new AbortController();
	const ask = createThrottle(() => calls++, abort.signal);
	ask(1000);
	ask(1000);
	abort.abort();
	t.mock.timers.tick(10_000);
	ask(1000);
	assert.equal(calls, 1);
});
