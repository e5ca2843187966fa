import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from '@basin/api/server.ts';
import { testApp } from '@basin/api/testing/app.ts';
import { testTokenKey } from '@basin/api/testing/tokens.ts';
import { testDatabase } from '../../../tests/support/postgres.ts';
import { callBasin } from '../testing/run-basin.ts';

const { db, url: databaseUrl } = await testDatabase();
const run = promisify(execFile);
const program = fileURLToPath(new URL('../../api/create-token/main.ts', import.meta.url));

/** The first token of a server, by whoever has its database and key. */
const makeFirst = (args: string[], env: Record<string, string> = {}) =>
	run(process.execPath, [program, ...args], {
		env: { PATH: process.env.PATH ?? '', DATABASE_URL: databaseUrl, BASIN_TOKEN_KEY: testTokenKey, ...env },
	});

async function startApi(t: TestContext): Promise<string> {
	const { app } = testApp({ db, access: { open: false, tokenKey: testTokenKey }, allowedHosts: 'any' });
	const server = await startServer({ app, host: '127.0.0.1', port: 0 });
	t.after(() => server.stop({ graceMs: 0 }));
	return server.url;
}

test('from the first token, made beside the server, to one for a pipeline of another project, and its end', async (t) => {
	const url = await startApi(t);
	const admin = (await makeFirst([])).stdout.trim();
	const basin = (token: string, ...args: string[]) => callBasin(['--token', token, ...args], { url });

	assert.equal((await basin(admin, 'project', 'create', 'vision')).code, 0);
	const made = await basin(
		admin,
		'token',
		'create',
		'ci',
		'--scope',
		'submit',
		'--expires',
		'30d',
		'--project',
		'vision',
	);
	assert.equal(made.code, 0, made.stderr);
	const ci = made.stdout.trim();
	assert.match(ci, /^basin_\w+$/);
	assert.match(made.stderr, /submit in vision, valid until .* not shown again/);
	assert.equal((await basin(ci, 'list')).code, 0);
	const refused = await basin(ci, 'token', 'list');
	assert.equal(refused.code, 4);
	assert.match(refused.stderr, /needs a token of scope admin; this one is for submit/);

	const listed = await basin(admin, 'token', 'list', '--project', 'vision');
	const [id] = /tok_\w+/.exec(listed.stdout)!;
	assert.doesNotMatch(listed.stdout, /basin_/);
	const revoked = await basin(admin, 'token', 'revoke', id);
	assert.match(revoked.stdout, /^tok_\w+ \(ci\) is revoked\.$/m);
	const late = await basin(ci, 'list');
	assert.equal(late.code, 4);
	assert.match(late.stderr, /token is not valid/);
	assert.match((await basin(admin, 'token', 'list', '--project', 'vision')).stdout, /revoked 20/);
});

test('a token that cannot be made is refused in a sentence', async (t) => {
	const url = await startApi(t);
	const create = (...args: string[]) => callBasin(['token', 'create', ...args], { url });
	assert.match((await create()).stderr, /required option '--scope <scope>'/);
	assert.match((await create('--scope', 'root')).stderr, /Allowed choices are read, submit, admin/);
	assert.match((await create('--scope', 'read', '--expires', '90')).stderr, /must be days, such as 90d, or never/);
	assert.match((await create('--scope', 'read')).stderr, /Send a token/);
	for (const [args, env, sentence] of [
		[['--scope', 'root'], {}, /^scope: /],
		[['--project', 'none'], {}, /^There is no project named none\.$/m],
		[[], { BASIN_TOKEN_KEY: '' }, /^DATABASE_URL and BASIN_TOKEN_KEY must be set/],
		[[], { BASIN_TOKEN_KEY: 'short' }, /^Bad environment: BASIN_TOKEN_KEY/],
	] as const) {
		const error = (await makeFirst([...args], env).catch((error: unknown) => error)) as { stderr: string };
		assert.match(error.stderr, sentence);
		assert.doesNotMatch(error.stderr, /\n.+\n|\.ts:\d/);
	}
});
