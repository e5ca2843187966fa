import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { repository } from '../support/stack.ts';

test('npm run demo:kill shows a kill, a take-over and a refused zombie, and everything that it claims holds', async () => {
	const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'demo:kill'], {
		cwd: repository,
		timeout: 180_000,
	});
	assert.match(stdout, /runs it again after \d+\.\d s/);
	assert.match(stdout, /A late result of attempt 1 is refused/);
	assert.equal(stdout.match(/ ✓ /g)?.length, 15);
	assert.doesNotMatch(stdout, /✗/);
	assert.match(stdout, /All of it holds\.\n$/);
});
