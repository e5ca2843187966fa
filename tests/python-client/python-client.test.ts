import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createClient } from '@basin/client';
import { testDatabase } from '../support/postgres.ts';
import { pythonWith } from '../support/python.ts';
import { startApi, workOff } from '../support/real-api.ts';
import { waitFor } from '../support/wait.ts';

const python = await pythonWith('openapi-client', ['openapi-python-client==0.29.1']);
const script = fileURLToPath(new URL('./use.py', import.meta.url));

test('a Python client that is made from /openapi.json, without a warning, submits, waits and reads the leaderboard', {
	skip: 'missing' in python && python.missing,
}, async (t) => {
	if ('missing' in python) return;
	const { db } = await testDatabase();
	const { baseUrl } = await startApi(t, db);
	const folder = await mkdtemp(join(tmpdir(), 'basin-python-client-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	const running = python.json(script, [baseUrl, folder]);
	const working = waitFor('the sweep from Python', 60_000, async () => {
		const [sweep] = (await createClient({ baseUrl }).listSweeps()).items;
		if (sweep !== undefined) await workOff(db, baseUrl, sweep.id);
		return sweep !== undefined;
	});
	const [seen] = await Promise.all([running, working]);
	assert.deepEqual(seen, {
		warnings: [],
		sameSweep: true,
		trials: 8,
		rows: 4,
		best: { eta: 0.1, seeds: 2, mean: 0.9505 },
		refused: 'sweep_not_found',
	});
});
