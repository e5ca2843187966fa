import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '@basin/db/client.ts';
import { migrate } from '@basin/db/migrate.ts';
import { getTrial } from '@basin/db/trials/get.ts';
import { listMetrics } from '@basin/db/trials/list-metrics.ts';
import { startPostgres, superuser } from '@basin/local/services/postgres.ts';
import { sampleSweep } from '../support/samples.ts';
import { waitFor } from '../support/wait.ts';
import { startCloud } from '../support/worker-cloud.ts';

test('a restart of Postgres in mid-trial costs neither an epoch nor the attempt', async (context) => {
	const folder = await mkdtemp(join(tmpdir(), 'basin-restart-'));
	context.after(() => rm(folder, { recursive: true, force: true }));
	// As root, the server runs as another user, who has to pass through.
	await chmod(folder, 0o711);
	const config = {
		dataDir: join(folder, 'data'),
		logFile: join(folder, 'log'),
		password: 'secret',
		port: 0,
		homePath: folder,
	};
	let server = await startPostgres(config);
	context.after(() => server.stop());
	const url = `postgres://${superuser}:${config.password}@127.0.0.1:${server.port}/postgres`;
	await migrate(url);
	const db = openDatabase(url);
	context.after(() => db.close());
	const cloud = await startCloud(db, url);
	context.after(() => cloud.stop());

	const model = { preset: 'mlp' as const, hidden: [512, 512] };
	const { trialIds } = await sampleSweep(db, { dataset: { name: 'spirals' }, model, epochs: 20 });
	const trialId = trialIds[0]!;
	cloud.wake();
	// The lease outlives the outage: what is tried is whether the worker waits for the database, and not who takes over.
	const worker = cloud.startWorker([], { BASIN_LEASE_SECONDS: '60', BASIN_CHECKPOINT_SECONDS: '0.001' });
	await waitFor('epoch 2', 60_000, async () => (await getTrial({ db, trialId })).epochsDone >= 2);
	await server.stop();
	await worker.logged('recording an epoch failed; trying again');
	server = await startPostgres({ ...config, port: server.port });

	const state = () =>
		getTrial({ db, trialId }).then(
			(trial) => trial.state,
			() => 'away',
		);
	await waitFor('the trial to succeed', 60_000, async () => (await state()) === 'succeeded');
	const { attempts } = await getTrial({ db, trialId });
	assert.deepEqual(
		attempts.map(({ outcome }) => outcome),
		['succeeded'],
	);
	const { items } = await listMetrics({ db, trialId, limit: 100 });
	assert.deepEqual(
		items.map(({ epoch }) => epoch),
		Array.from({ length: 20 }, (_, index) => index + 1),
	);
});
