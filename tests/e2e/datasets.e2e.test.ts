import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createClient } from '@basin/client';
import { testDatabase } from '../support/postgres.ts';
import { killStack, repository, type Stack, startStack, temporaryHome } from '../support/stack.ts';

const home = await temporaryHome();
const database = process.env.DATABASE_URL ? await testDatabase(undefined, { migrated: false }) : undefined;
let stack: Stack;

before(async () => {
	stack = await startStack(home.home, database ? { DATABASE_URL: database.url } : {});
});
after(async () => {
	await killStack(stack);
	await home.remove();
});

const [commands, [reproduce]] = await Promise.all([commandsOf('docs/datasets.md'), commandsOf('docs/reproducing.md')]);

async function commandsOf(path: string): Promise<string[]> {
	const page = await readFile(`${repository}${path}`, 'utf8');
	return [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block]) => block!.trim().split('\n'));
}

/** Runs a command as it stands in the guide, against this test's stack. */
function shell(command: string) {
	const env = { ...process.env, BASIN_URL: stack.baseUrl, BASIN_HOME: home.home };
	return promisify(execFile)('sh', ['-c', command], { cwd: repository, env, timeout: 120_000 });
}

test('an own data set goes up, is trained on by the workers, its best trial is reproduced, and it can be deleted: the commands of the guide', async () => {
	const [add, submit, remove] = commands as [string, string, string];
	assert.match((await shell(add)).stdout, /^Added disc: 2, 2 classes, 32\d for training and \d+ for test\.\n$/);
	await shell(submit);
	const client = createClient({ baseUrl: stack.baseUrl });
	const { items } = await client.listSweeps();
	assert.deepEqual([items.length, items[0]!.state, items[0]!.counts.succeeded], [1, 'completed', 36]);
	assert.ok(items[0]!.best!.valAccuracyMean > 0.9, `best ${items[0]!.best!.valAccuracyMean}`);
	const sweep = await client.getSweep(items[0]!.id);
	const disc = (await client.listDatasets()).items.find(({ name }) => name === 'disc');
	assert.equal(sweep.spec.dataset.sha256, disc!.sha256);
	// Without the worker's copy, so that the content has to come from the bucket.
	await rm(join(home.home, 'datasets'), { recursive: true });
	const again = await shell(reproduce!.replace('TRIAL', items[0]!.best!.trialId));
	assert.match(again.stdout, /^Verdict +reproduced, bit for bit$/m);
	assert.match(again.stdout, /^Epochs +\d+, all equal bit for bit$/m);
	assert.equal((await shell(remove)).stdout, 'Deleted disc.\n');
});
