import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const script = new URL('./testing/lock-holder.ts', import.meta.url).pathname;

function folder(context: TestContext): string {
	const path = mkdtempSync(join(tmpdir(), 'basin-lock-'));
	context.after(() => rmSync(path, { recursive: true, force: true }));
	return join(path, 'lock.db');
}

/** Starts a process that wants the lock; answers what it said first. */
async function contender(context: TestContext, lockFile: string) {
	const child = spawn(process.execPath, [script, lockFile], { stdio: ['ignore', 'pipe', 'ignore'] });
	context.after(() => child.kill('SIGKILL'));
	const [said] = await once(child.stdout.setEncoding('utf8'), 'data');
	return { child, said: String(said).trim() };
}

test('while one process has the folder another is refused, and told who has it', async (context) => {
	const lockFile = folder(context);
	const first = await contender(context, lockFile);
	assert.equal(first.said, 'taken');
	const second = await contender(context, lockFile);
	assert.match(second.said, new RegExp(`Basin already runs on /somewhere \\(process ${first.child.pid}\\)`));
});

test('of processes that start at once on a new folder exactly one gets it', async (context) => {
	for (let round = 0; round < 3; round++) {
		const lockFile = folder(context);
		const contenders = await Promise.all(Array.from({ length: 4 }, () => contender(context, lockFile)));
		assert.equal(
			contenders.filter(({ said }) => said === 'taken').length,
			1,
			JSON.stringify(contenders.map((c) => c.said)),
		);
		for (const { child } of contenders) child.kill('SIGKILL');
	}
});

test('a holder that was killed leaves no lock behind', async (context) => {
	const lockFile = folder(context);
	const first = await contender(context, lockFile);
	first.child.kill('SIGKILL');
	await once(first.child, 'exit');
	assert.equal((await contender(context, lockFile)).said, 'taken');
});
