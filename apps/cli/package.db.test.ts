import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, installPackage } from '../../tests/support/installed-package.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { startApi, workOff } from '../../tests/support/real-api.ts';
import { buildCliPackage } from './package-build.ts';
import { runBasin } from './testing/run-basin.ts';

const { db } = await testDatabase();
const quickstart = fileURLToPath(new URL('../../examples/quickstart.json', import.meta.url));

test('the package installs in an empty folder, and npx basin submits to a running server and follows there', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const home = await installPackage(t, buildCliPackage);
	assert.deepEqual(await readdir(join(home, 'node_modules')), ['.bin', '.package-lock.json', 'basin']);

	const npx = (...args: string[]) =>
		spawnSync('npx', ['--offline', 'basin', ...args], { cwd: home, env: cleanEnvironment(), encoding: 'utf8' });
	const help = npx('--help');
	assert.equal(help.status, 0, help.stderr);
	assert.match(help.stdout, /^Usage: basin /);

	const script = join(home, 'node_modules/basin/bin/basin.mjs');
	const basin = (...args: string[]) => runBasin(args, { url: baseUrl, script, cwd: home });
	const submitted = await basin('submit', quickstart, '--epochs', '2', '--grid.eta', '0.1', '--json');
	assert.equal(submitted.code, 0, submitted.stderr);
	const { id } = JSON.parse(submitted.stdout);
	await workOff(db, baseUrl, id);
	const watched = await basin('watch', id);
	assert.equal(watched.code, 0, watched.stderr);
	assert.match(watched.stdout, /^completed in /);
	assert.equal((await basin('artifacts', 'pull', id)).code, 0);
	assert.ok((await readdir(home)).some((name) => name.startsWith('trl_')));
	assert.equal((await basin('submit', '-')).code, 4);
	assert.equal(
		(await basin('--version')).stdout.trim(),
		JSON.parse(await readFile(join(home, 'node_modules/basin/package.json'), 'utf8')).version,
	);

	for (const args of [['start'], ['lab', 'list'], ['completion', 'bash']]) {
		const ended = await basin(...args);
		if (args[0] === 'completion') assert.match(ended.stdout, /complete -o default -F __basin_complete basin/);
		else {
			assert.equal(ended.code, 4);
			assert.match(ended.stderr, /^error: This package is the command line only; .*\nhint: in a checkout of Basin/);
		}
	}
});
