import assert from 'node:assert/strict';
import {
	appendFileSync,
	closeSync,
	mkdtempSync,
	openSync,
	readFileSync,
	rmSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { trimLogs } from './logs.ts';

test('a large log is begun again while its process goes on writing, and what it said before is kept once', (context) => {
	const folder = mkdtempSync(join(tmpdir(), 'basin-logs-'));
	context.after(() => rmSync(folder, { recursive: true }));
	const [large, small] = [join(folder, 'worker-1.log'), join(folder, 'api.log')];
	writeFileSync(small, 'short');
	const writer = openSync(large, 'a');
	for (const text of ['first ', 'second ', 'third ']) {
		writeSync(writer, text.padEnd(100));
		trimLogs(folder, 50);
	}
	writeSync(writer, 'now');
	closeSync(writer);
	appendFileSync(small, 'er');
	assert.equal(readFileSync(large, 'utf8'), 'now');
	assert.equal(readFileSync(`${large}.old`, 'utf8'), 'third '.padEnd(100));
	assert.equal(readFileSync(small, 'utf8'), 'shorter');
});
