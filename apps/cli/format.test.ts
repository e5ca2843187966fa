import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteSize, compactNumber, count, duration, percent, printable } from './format.ts';

test('numbers are short and keep their meaning', () => {
	assert.deepEqual([0.0316227766, 0.1, 50, 1e-7, 0.30000000000000004].map(compactNumber), [
		'0.03162',
		'0.1',
		'50',
		'1e-7',
		'0.3',
	]);
	assert.equal(percent(0.97934), '97.93');
	assert.equal(count(1, 'trial'), '1 trial');
	assert.equal(count(10000, 'trial'), '10,000 trials');
});

test('durations use the unit a person would', () => {
	const seconds = [0.0004, 0.85, 9.96, 12.4, 59.7, 200, 3600, 7500, 86_400 * 3 + 4 * 3600];
	assert.deepEqual(seconds.map(duration), [
		'0 ms',
		'850 ms',
		'10 s',
		'12 s',
		'1 min',
		'3 min 20 s',
		'1 h',
		'2 h 5 min',
		'3 d 4 h',
	]);
});

test('sizes use binary units', () => {
	assert.deepEqual([0, 1023, 1024, 407_552, 1_258_291].map(byteSize), [
		'0 B',
		'1023 B',
		'1.0 KiB',
		'398 KiB',
		'1.2 MiB',
	]);
});

test('control characters become spaces', () => {
	assert.equal(printable('a\u001b[2Jb\nc'), 'a [2Jb c');
});
