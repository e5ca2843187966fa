import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Sweep } from '@basin/core/contracts/api.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { waitFor } from '../../tests/support/wait.ts';
import { smallSpec } from './testing/app.ts';
import { receive, testCloud } from './testing/cloud.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const cloud = await testCloud();

type Line = { level: string; message: string; url?: string; cause?: string };
type Running = { child: ChildProcess; lines: () => Line[]; ended: Promise<number | null> };

function start(t: TestContext, env: Record<string, string>): Running {
	const child = spawn(process.execPath, [main], {
		env: { PATH: process.env.PATH ?? '', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', PORT: '0', ...env },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	t.after(() => child.kill('SIGKILL'));
	let text = '';
	child.stdout!.on('data', (chunk) => (text += chunk));
	const ended = once(child, 'close').then(([code]) => code as number | null);
	// Every line is one JSON object, or this throws.
	return {
		child,
		ended,
		lines: () =>
			text
				.split('\n')
				.slice(0, -1)
				.map((line) => JSON.parse(line) as Line),
	};
}

async function listening(t: TestContext, { tick = '3600' } = {}) {
	const { db, url: databaseUrl } = await testDatabase(t, { migrated: false });
	const running = start(t, {
		DATABASE_URL: databaseUrl,
		BASIN_QUEUE_URL: cloud.queueUrl,
		BASIN_BUCKET: cloud.bucket,
		AWS_ENDPOINT_URL_SQS: cloud.endpoint,
		AWS_ENDPOINT_URL_S3: cloud.endpoint,
		BASIN_TICK_SECONDS: tick,
	});
	const line = () => running.lines().find(({ message }) => message === 'listening');
	await waitFor('the API to listen', 30_000, () => line() !== undefined || running.child.exitCode !== null);
	return { ...running, db, url: line()!.url! };
}

describe('node apps/api/main.ts', () => {
	it('migrates an empty database, serves, and sends a new sweep’s trials to the queue at once', async (t) => {
		const { child, url, ended, lines } = await listening(t);
		assert.equal((await fetch(`${url}/readyz`)).status, 200);
		const response = await fetch(`${url}/v1/sweeps`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(smallSpec),
		});
		const sweep = Sweep.parse(await response.json());
		assert.equal((await receive(cloud, 8)).length, sweep.counts.total);
		child.kill('SIGTERM');
		assert.equal(await ended, 0);
		assert.deepEqual(
			lines()
				.slice(-2)
				.map(({ message }) => message),
			['stopping', 'stopped'],
		);
	});

	it('a second signal ends it at once, whatever is still running', async (t) => {
		const { child, url, db, ended, lines } = await listening(t);
		// A request that waits for a lock, so that draining cannot end.
		await db.sql.begin(async (sql) => {
			await sql`lock table sweep in access exclusive mode`;
			const stuck = fetch(`${url}/v1/sweeps`).catch(() => {});
			await waitFor('the request to wait for the lock', 10_000, async () => {
				const [row] = await db.sql`select count(*)::integer as waiting from pg_locks where not granted`;
				return row?.waiting > 0;
			});
			child.kill('SIGINT');
			await waitFor('the first signal to be heard', 5000, () => lines().some(({ message }) => message === 'stopping'));
			assert.equal(child.exitCode, null);
			child.kill('SIGINT');
			assert.equal(await ended, 1);
			await stuck;
		});
	});

	for (const [name, env, sentence] of [
		['nothing', {}, /^DATABASE_URL, BASIN_QUEUE_URL, BASIN_BUCKET must be set/],
		[
			'an address that everybody reaches',
			{ BASIN_HOST: '0.0.0.0' },
			/^BASIN_HOST is 0\.0\.0\.0, where others can reach Basin: set BASIN_TOKEN_KEY/,
		],
		['a port that is not one', { PORT: '99999' }, /^Bad environment: PORT/],
	] as const) {
		it(`given ${name}, ends with one sentence`, async (t) => {
			const { ended, lines } = start(t, env);
			assert.equal(await ended, 1);
			assert.equal(lines().length, 1);
			assert.match(lines()[0]?.cause ?? '', sentence);
			assert.doesNotMatch(lines()[0]?.cause ?? '', /\n|\.ts/);
		});
	}
});
