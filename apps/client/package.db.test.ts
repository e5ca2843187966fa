import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { cleanEnvironment, installPackage } from '../../tests/support/installed-package.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { startApi, workOff } from '../../tests/support/real-api.ts';
import { waitFor } from '../../tests/support/wait.ts';
import { createClient } from './client.ts';
import { buildClientPackage } from './package-build.ts';

const { db } = await testDatabase();
const packageOf = (name: string) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

/** All examples of the README, in its order, as one program: later ones use what earlier ones made. */
function readmeProgram(): string {
	const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');
	const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!);
	assert.ok(blocks.length >= 5, 'the README has lost its examples');
	return blocks.join('\n');
}

/** Does what workers do, until the sweep of the README has ended. */
async function workOffReadme(baseUrl: string): Promise<void> {
	const client = createClient({ baseUrl });
	let id: string | undefined;
	await waitFor('the sweep of the README', 30_000, async () => {
		id = (await client.listSweeps({ q: 'from code' })).items[0]?.id;
		return id !== undefined;
	});
	await workOff(db, baseUrl, id!);
}

test('the package installs in an empty folder, and the README’s examples type-check and run there as they are; what the API would refuse does not type-check', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const home = await installPackage(t, buildClientPackage, [packageOf('zod')]);
	const inside = readdirSync(join(home, 'node_modules/@basin/client')).sort();
	assert.deepEqual(inside, ['README.md', 'client.js', 'package.json', 'types']);

	await writeFile(join(home, 'readme.ts'), readmeProgram());
	await writeFile(join(home, 'wrong.ts'), wrongProgram);
	const options = {
		strict: true,
		noEmit: true,
		module: 'nodenext',
		target: 'es2024',
		lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
		types: ['node'],
		typeRoots: [dirname(packageOf('@types/node'))],
	};
	await writeFile(
		join(home, 'tsconfig.json'),
		JSON.stringify({ compilerOptions: options, files: ['readme.ts', 'wrong.ts'] }),
	);
	const tsc = join(packageOf('typescript'), 'bin/tsc');
	const checked = await runNode([tsc, '-p', home], home, {});
	assert.equal(checked.code, 0, checked.stdout);

	const running = runNode(['readme.ts'], home, { BASIN_URL: baseUrl });
	await workOffReadme(baseUrl);
	const ended = await running;
	assert.equal(ended.code, 0, ended.stderr);
	assert.match(ended.stdout, /^completed: 8 of 8 trials$/m);
	assert.match(ended.stdout, /^1 0\.1 0\.95\d*$/m);
	assert.match(ended.stdout, /^true$/m, 'the same key made another sweep');
	assert.equal(ended.stdout.match(/^trl_\w+ 0\.9/gm)?.length, 8);
	assert.match(ended.stdout, /^completed 1$/m);
	assert.match(ended.stdout, /^invalid_spec \/grid\/eta\/0$/m);
});

/** What the API would refuse, and does not type-check. */
const wrongProgram = `
import { createClient } from '@basin/client';
const client = createClient({ baseUrl: '' });
// @ts-expect-error
void client.createSweep({ model: { preset: 'mlp' } });
// @ts-expect-error
void client.leaderboard('swp_1', { rankBy: 'luck' });
const sweep = await client.getSweep('swp_1');
const total: number = sweep.counts.total;
// @ts-expect-error
const name: number = sweep.name;
void [total, name];`;

async function runNode(args: string[], cwd: string, env: Record<string, string>) {
	const child = execFile(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
		cwd,
		env: { ...cleanEnvironment(), ...env },
	});
	const said = { stdout: '', stderr: '' };
	child.stdout!.on('data', (chunk) => (said.stdout += chunk));
	child.stderr!.on('data', (chunk) => (said.stderr += chunk));
	const [code] = await once(child, 'close');
	return { code, ...said };
}
