import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { thaw } from './thaw.ts';

test('what fell due while nothing ran has run when a call begins', async () => {
	// A call comes as the callback of an event: before timers, however overdue.
	await readFile(new URL(import.meta.url));
	let isEnded = false;
	setTimeout(() => {
		isEnded = true;
	}, 20);
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
	assert.equal(isEnded, false);
	await thaw();
	assert.equal(isEnded, true);
});
