import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bundleFunctions, functionNames } from './bundle.ts';

const limitBytes = 1_000_000;
const outDir = await mkdtemp(join(tmpdir(), 'basin-bundles-'));
before(() => bundleFunctions(outDir));
after(() => rm(outDir, { recursive: true }));

test('no function is larger than a megabyte of JavaScript, unpacked', async () => {
	for (const name of functionNames) {
		const { size } = await stat(join(outDir, name, 'handler.mjs'));
		assert.ok(size <= limitBytes, `${name}: ${size} bytes`);
	}
});

test('what a function reads lies beside it, and its source maps do not', () => {
	const inside = (name: string) => globSync('**', { cwd: join(outDir, name) });
	assert.ok(inside('migrate').includes(join('migrations', 'meta', '_journal.json')));
	assert.ok(inside('api').includes('dataset-check-thread.mjs'));
	for (const name of functionNames) {
		const files = inside(name);
		assert.ok(files.includes('handler.mjs'), name);
		assert.ok(!files.some((file) => file.endsWith('.map')), `${name}: ${files}`);
	}
	assert.deepEqual(
		inside('source-maps').filter((file) => file.endsWith('handler.mjs.map')).length,
		functionNames.length,
	);
});
