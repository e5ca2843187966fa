import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { bundlePath, makeBundle } from './bundle.ts';

test('the bundle that is checked in is the one that the code makes', async () => {
	const isCurrent = (await readFile(bundlePath, 'utf8')) === (await makeBundle());
	assert.ok(isCurrent, 'apps/action/bundle/main.mjs is not current: run "npm run bundle:action"');
});
