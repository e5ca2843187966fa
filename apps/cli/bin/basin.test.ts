import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { launcher, runBasin, temporaryFolder } from '../testing/run-basin.ts';

/** Makes this Node call itself 18 before the launcher looks. */
const asNode18 = [
	'--import',
	`data:text/javascript,${encodeURIComponent("Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.19.1' } })")}`,
];

test('under an old Node the launcher runs the command on the one that npm install brought, exit code included', async () => {
	const help = await runBasin(['--help'], { nodeOptions: asNode18 });
	assert.equal(help.code, 0, help.stderr);
	assert.match(help.stdout, /^Usage: basin/);
	assert.equal((await runBasin(['no-such-command'], { nodeOptions: asNode18 })).code, 4);
});

test('under an old Node with no other in reach, one sentence says what to do', async (t) => {
	const script = join(await temporaryFolder(t), 'basin.mjs');
	await copyFile(launcher, script);
	const ended = await runBasin(['list'], { nodeOptions: asNode18, script });
	assert.equal(ended.code, 4);
	assert.match(ended.stderr, /^basin needs Node 22\.18 or newer and this is 18\.19\.1: run "npm install" .*\n$/);
});
