import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultProject } from '@basin/core/contracts/access.ts';
import { untilBlocked } from '../../tests/support/locks.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleArtifact, sampleDevice, sampleMetrics, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import type { Db } from '../client.ts';
import { listDevices } from '../devices/list.ts';
import { rankSweep } from '../leaderboard/rank.ts';
import { getSweep } from '../sweeps/get.ts';
import { claimTrial } from './claim.ts';
import { failTrial } from './fail.ts';
import { finishTrial } from './finish.ts';
import { getTrial } from './get.ts';
import { listArtifacts } from './list-artifacts.ts';
import { listMetrics } from './list-metrics.ts';
import { recordEpoch } from './record-epoch.ts';

const { db, open } = await testDatabase();
const { sql } = db;

const claim = (trialId: string) => claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 });

test('a finished trial has its result, device, artifacts and place on the leaderboard', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await claim(trialId);
	const artifacts = [sampleArtifact(trialId, 1, 'metrics.json'), sampleArtifact(trialId, 1, 'model.onnx')];
	assert.equal(
		await finishTrial({ db, trialId, attemptNo: 1, result: sampleResult(), device: sampleDevice, artifacts }),
		true,
	);
	const trial = await getTrial({ db, trialId });
	assert.equal(trial.state, 'succeeded');
	assert.deepEqual(trial.result, sampleResult());
	assert.deepEqual(trial.device, sampleDevice);
	assert.deepEqual([trial.epochsDone, trial.attempts[0]?.outcome], [2, 'succeeded']);
	assert.notEqual(trial.finishedAt, null);
	assert.deepEqual(await listArtifacts({ db, trialId }), artifacts);
	const { items } = await rankSweep({ db, sweepId, query: { rankBy: 'valAccuracy', accuracy: 'best', limit: 10 } });
	assert.deepEqual(
		items.map((entry) => [entry.rank, entry.bestTrialId, entry.valAccuracy?.mean]),
		[[1, trialId, 0.95]],
	);
});

test('twenty finishes of one attempt at once contribute one result', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await claim(trialId);
	const crowd = open({ max: 20 });
	const answers = await Promise.all(
		Array.from({ length: 20 }, (_, i) =>
			finishTrial({
				db: crowd,
				trialId,
				attemptNo: 1,
				result: sampleResult({ valAccuracy: i / 20 }),
				device: sampleDevice,
				artifacts: [],
			}),
		),
	);
	assert.equal(answers.filter(Boolean).length, 1);
	const results = await sql`select val_accuracy from result where trial_id = ${trialId}`;
	assert.deepEqual(
		results.map((row) => row.val_accuracy),
		[answers.indexOf(true) / 20],
	);
	const entries = await sql`select succeeded from leaderboard_entry where sweep_id = ${sweepId}`;
	assert.deepEqual([...entries], [{ succeeded: 1 }]);
});

test('a finish and a failure of one attempt at once: one of them counts, wholly', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 20 });
	for (const trialId of trialIds) await claim(trialId);
	await Promise.all(
		trialIds.flatMap((trialId) => {
			const attempt = { db, trialId, attemptNo: 1, device: sampleDevice, artifacts: [] };
			return [
				finishTrial({ ...attempt, result: sampleResult() }),
				failTrial({ ...attempt, reason: 'diverged', message: 'NaN' }),
			];
		}),
	);
	const { counts } = await getSweep({ db, sweepId });
	const [stored] = await sql`
		select count(*) as results, (
			select count(*) from leaderboard_entry where sweep_id = ${sweepId} and succeeded = 1
		) as succeeded, (
			select count(*) from leaderboard_entry where sweep_id = ${sweepId} and diverged
		) as diverged from result where sweep_id = ${sweepId}`;
	assert.equal(counts.succeeded + counts.failed, 20);
	assert.deepEqual(stored, { results: counts.succeeded, succeeded: counts.succeeded, diverged: counts.failed });
});

for (const before of [0, 1]) {
	test(`two seeds of one configuration that finish at the same moment are both counted, after ${before} others`, async () => {
		const { sweepId, trialIds } = await sampleSweep(db, {
			seeds: Array.from({ length: before + 2 }, (_, seed) => seed),
		});
		for (const trialId of trialIds) await claim(trialId);
		const finish = (on: Db, seed: number) =>
			finishTrial({
				db: on,
				trialId: trialIds[seed]!,
				attemptNo: 1,
				result: sampleResult({ valAccuracy: seed / 4 }),
				device: sampleDevice,
				artifacts: [],
			});
		for (let seed = 0; seed < before; seed++) await finish(db, seed);
		const slow = open({ max: 1 });
		await slow.sql`begin`;
		await finish(slow, before);
		const other = finish(db, before + 1);
		await untilBlocked(db);
		await slow.sql`commit`;
		await other;
		const entries = await sql`select succeeded, best_mean from leaderboard_entry where sweep_id = ${sweepId}`;
		assert.deepEqual([...entries], [{ succeeded: before + 2, best_mean: (before + 1) / 8 }]);
		assert.equal((await getSweep({ db, sweepId })).state, 'completed');
	});
}

test('a seed that fails, on another device, while one finishes is not listed as a configuration without a success', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { seeds: [0, 1] });
	for (const trialId of trialIds) await claim(trialId);
	const [good, bad] = trialIds as [string, string];
	const slow = open({ max: 1 });
	await slow.sql`begin`;
	const attempt = { attemptNo: 1, artifacts: [] };
	await finishTrial({ ...attempt, db: slow, trialId: good, device: sampleDevice, result: sampleResult() });
	const device = { ...sampleDevice, key: 'cpu-other' };
	const failed = failTrial({ ...attempt, db, trialId: bad, device, reason: 'diverged', message: 'NaN' });
	await untilBlocked(db);
	await slow.sql`commit`;
	assert.equal(await failed, true);
	const entries = await sql`select device_key, succeeded from leaderboard_entry where sweep_id = ${sweepId}`;
	assert.deepEqual([...entries], [{ device_key: sampleDevice.key, succeeded: 1 }]);
});

test('a trial that finishes and one that fails take rows in one order: neither waits for the other for ever', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { seeds: [0, 1] });
	for (const trialId of trialIds) await claim(trialId);
	const [good, bad] = trialIds as [string, string];
	await sql`insert into device (key, body) values ('cpu-new', '{}')`;
	const attempt = { attemptNo: 1, device: { ...sampleDevice, key: 'cpu-new' }, artifacts: [] };
	const holder = open({ max: 1 });
	await holder.sql`begin`;
	await holder.sql`select from device where key = 'cpu-new' for update`;
	const finished = finishTrial({ ...attempt, db, trialId: good, result: sampleResult() });
	await untilBlocked(db);
	const failed = failTrial({ ...attempt, db, trialId: bad, reason: 'diverged', message: 'NaN' });
	await untilBlocked(db, 2);
	await holder.sql`commit`;
	assert.deepEqual(await Promise.all([finished, failed]), [true, true]);
	assert.equal((await getSweep({ db, sweepId })).state, 'completed');
});

test('an epoch that is recorded twice is stored once, as it was told last', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await claim(trialId);
	await recordEpoch({ db, trialId, attemptNo: 1, metrics: sampleMetrics(1) });
	await recordEpoch({ db, trialId, attemptNo: 1, metrics: sampleMetrics(1, { valLoss: null }) });
	await recordEpoch({ db, trialId, attemptNo: 1, metrics: sampleMetrics(2) });
	const { items } = await listMetrics({ db, trialId, limit: 10 });
	assert.deepEqual(
		items.map(({ attemptNo, recordedAt, ...metrics }) => metrics),
		[sampleMetrics(1, { valLoss: null }), sampleMetrics(2)],
	);
	assert.equal((await getTrial({ db, trialId })).epochsDone, 2);
});

test('a trial’s speed is remembered for estimates, with the workers that were seen on the device', async () => {
	const { trialIds } = await sampleSweep(db, { model: { preset: 'mlp' } });
	const device = { ...sampleDevice, key: 'cpu-speed' };
	await claimTrial({ db, trialId: trialIds[0]!, workerId: 'fast worker', leaseSeconds: 60 });
	await finishTrial({ db, trialId: trialIds[0]!, attemptNo: 1, result: sampleResult(), device, artifacts: [] });
	const devices = await listDevices({ db, projectId: defaultProject.id });
	assert.deepEqual(
		devices.find((measured) => measured.device.key === device.key),
		{
			device,
			workersSeenLately: 1,
			speeds: [
				{
					dataset: 'mnist',
					model: { preset: 'mlp', hidden: [128], activation: 'relu' },
					batchSize: 100,
					secondsPerUpdate: 0.0004,
				},
			],
		},
	);
});
