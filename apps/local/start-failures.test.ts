import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sentenceOfFileError, sentenceOfOutput } from './start-error.ts';

const script = new URL('./bin/start.mjs', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'basin-start-'));
after(() => rm(folder, { recursive: true, force: true }));

/** Starts Basin, expecting it to give up; answers its exit code and what it said on stderr. */
function start(env: Record<string, string>, runtime = process.execPath): Promise<{ code: unknown; said: string }> {
	const { DATABASE_URL: _, ...inherited } = process.env;
	const options = { env: { ...inherited, PORT: '0', ...env }, timeout: 60_000 };
	return new Promise((resolve) => {
		execFile(runtime, [script], options, (error, _stdout, stderr) => {
			resolve({ code: error?.code ?? 0, said: stderr.trim() });
		});
	});
}

async function refuses(env: Record<string, string>, sentence: RegExp): Promise<void> {
	const { code, said } = await start(env);
	assert.match(said, sentence);
	assert.equal(said.split('\n').length, 1, `more than one sentence: ${said}`);
	assert.equal(code, 1);
}

test('a busy port is named, before any data are made', async (context) => {
	const other = createServer().listen(0, '127.0.0.1');
	await once(other, 'listening');
	context.after(() => other.close());
	const { port } = other.address() as { port: number };
	const home = join(folder, 'busy');
	await refuses({ PORT: String(port), BASIN_HOME: home }, new RegExp(`^Port ${port} of 127.0.0.1 is taken.*set PORT`));
	assert.equal(existsSync(home), false);
});

test('an address that others can reach is refused without a key for tokens, and the variable is named', async () => {
	const url = 'postgres://nobody:nothing@127.0.0.1:1/none';
	const env = { BASIN_HOST: '0.0.0.0', DATABASE_URL: url, BASIN_HOME: join(folder, 'elsewhere') };
	await refuses(env, /^BASIN_HOST is 0\.0\.0\.0, where others can reach Basin: set BASIN_TOKEN_KEY/);
});

test('a bad variable is named', async () => {
	await refuses({ BASIN_WORKERS: 'many' }, /^Bad environment: BASIN_WORKERS/);
});

test('a data folder that is a file, or lies in one, is refused', async () => {
	const file = join(folder, 'file');
	writeFileSync(file, '');
	await refuses({ BASIN_HOME: file }, /is not a folder: set BASIN_HOME/);
	await refuses({ BASIN_HOME: join(file, 'inside') }, /is not a folder/);
});

test('a data folder that cannot be made is refused', { skip: process.platform !== 'linux' }, async () => {
	await refuses({ BASIN_HOME: '/proc/basin' }, /^\/proc\/basin cannot be/);
});

test('a database without its passwords is refused, not made anew over it', async () => {
	const home = join(folder, 'no-secrets');
	mkdirSync(join(home, 'postgres'), { recursive: true });
	await refuses({ BASIN_HOME: home }, /secrets\.json is missing.*move .* away/);
});

test('a database of another PostgreSQL is refused', async () => {
	const home = join(folder, 'older');
	mkdirSync(join(home, 'postgres'), { recursive: true });
	writeFileSync(join(home, 'postgres', 'PG_VERSION'), '15\n');
	const password = 'x'.repeat(32);
	writeFileSync(join(home, 'secrets.json'), JSON.stringify({ postgresPassword: password, workerPassword: password }));
	await refuses({ BASIN_HOME: home }, /was written by PostgreSQL 15, and this Basin has PostgreSQL 18/);
});

test('a database of your own that does not answer is named', async () => {
	const url = 'postgres://nobody:nothing@127.0.0.1:1/none';
	await refuses(
		{ DATABASE_URL: url, BASIN_HOME: join(folder, 'foreign') },
		/^The database of DATABASE_URL could not be prepared/,
	);
});

test('what a full disk or a foreign folder makes PostgreSQL say becomes the sentence for a person', () => {
	const full = 'initdb: error: could not create file "base/1/1255": No space left on device';
	assert.match(sentenceOfOutput(full, '/data')!, /^The disk that holds \/data is full/);
	assert.match(
		sentenceOfFileError(Object.assign(new Error(), { code: 'ENOSPC' }), '/data')!,
		/^The disk that holds \/data is full/,
	);
	assert.match(
		sentenceOfOutput('FATAL:  could not open "x": Permission denied', '/data')!,
		/cannot be written by this user/,
	);
	assert.equal(sentenceOfOutput('FATAL:  something new', '/data'), null);
});
