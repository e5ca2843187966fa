import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShutdown } from './shutdown.ts';
import { quietLog } from './testing/memory-ports.ts';

test('the first request drains, the second forces, and an echo of the first within half a second does not', () => {
	let now = 10;
	let forced = 0;
	const shutdown = createShutdown({ onForce: () => forced++, now: () => now, log: quietLog });
	assert.equal(shutdown.signal.aborted, false);
	shutdown.request('SIGINT');
	assert.equal(shutdown.signal.aborted, true);
	now += 499;
	shutdown.request('SIGINT');
	assert.equal(forced, 0);
	now += 1;
	shutdown.request('SIGINT');
	assert.equal(forced, 1);
});
