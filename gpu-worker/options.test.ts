import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOptions } from './options.ts';

test('a worker stays for ever unless it is told to drain, and then leaves after its idle time', () => {
	assert.deepEqual(readOptions([]), { idleExitSeconds: null });
	assert.deepEqual(readOptions(['--drain']), { idleExitSeconds: 90 });
	assert.deepEqual(readOptions(['--drain', '--idle-exit', '5']), { idleExitSeconds: 5 });
	assert.deepEqual(readOptions(['--idle-exit', '0.5']), { idleExitSeconds: 0.5 });
});

test('a bad option is refused with a sentence', () => {
	for (const bad of ['0', '-1', 'soon', '', 'Infinity']) {
		assert.throws(() => readOptions([`--idle-exit=${bad}`]), /--idle-exit takes a number of seconds/);
	}
	assert.throws(() => readOptions(['--dry']), /--dry/);
});
