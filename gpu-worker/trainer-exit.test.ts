import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineBrokenCode, failureOfExit } from './trainer-exit.ts';

const quiet = { code: null, signal: null, stderrTail: '', outOfMemoryKill: false };

test('a kill that the kernel made for memory is out of memory; any other kill is infrastructure', () => {
	assert.equal(failureOfExit({ ...quiet, signal: 'SIGKILL', outOfMemoryKill: true }).reason, 'out_of_memory');
	assert.equal(failureOfExit({ ...quiet, signal: 'SIGKILL' }).reason, 'infrastructure');
	assert.equal(failureOfExit({ ...quiet, signal: 'SIGTERM', outOfMemoryKill: true }).reason, 'infrastructure');
});

test('a crash of its own counts as unknown, twice at most: it may be the trial that crashes every trainer', () => {
	for (const signal of ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'] as const) {
		assert.equal(failureOfExit({ ...quiet, signal, outOfMemoryKill: true }).reason, 'unknown', signal);
	}
});

test('an engine that is broken for want of memory is out of memory', () => {
	const stderrTail = 'WebAssembly has no room left\n';
	assert.equal(failureOfExit({ ...quiet, code: engineBrokenCode, stderrTail }).reason, 'out_of_memory');
});

test('a failed allocation is out of memory however the process ended', () => {
	const stderrTail = "terminate called after throwing an instance of 'std::bad_alloc'\n";
	assert.equal(failureOfExit({ ...quiet, signal: 'SIGABRT', stderrTail }).reason, 'out_of_memory');
	assert.equal(failureOfExit({ ...quiet, code: 1, stderrTail }).reason, 'out_of_memory');
});

test('the message has the last line that a person can use, not a stack', () => {
	const stderrTail = 'Error: no CUDA device\n    at load (file:///x.ts:1:1)\n\nNode.js v22.23.3\n';
	const message = 'The trainer process exited with code 1. Its last words: Error: no CUDA device';
	assert.deepEqual(failureOfExit({ ...quiet, code: 1, stderrTail }), { reason: 'unknown', message });
});
