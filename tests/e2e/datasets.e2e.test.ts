import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createClient } from '@basin/cli/client.ts';
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

const page = await readFile(`${repository}docs/datasets.md`, 'utf8');
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block]) => block!.trim().split('\n'));

/** Runs a command as it stands in docs/datasets.md, against this test's stack. */
function shell(command: string) {
	const env = { ...process.env, BASIN_URL: stack.baseUrl };
	return promisify(execFile)('sh', ['-c', command], { cwd: repository, env, timeout: 120_000 });
}

test('an own data set goes up, is trained on by the workers, and can be deleted: the commands of docs/datasets.md', async () => {
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
	assert.equal((await shell(remove)).stdout, 'Deleted disc.\n');
});
