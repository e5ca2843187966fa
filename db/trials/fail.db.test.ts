import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailureReason } from '@basin/core/contracts/states.ts';
import { failureBudgets } from '@basin/core/domain/trial-state.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleArtifact, sampleDevice, sampleMetrics, sampleSweep } from '../../tests/support/samples.ts';
import { getSweep } from '../sweeps/get.ts';
import { claimTrial } from './claim.ts';
import { failTrial } from './fail.ts';
import { getTrial } from './get.ts';
import { listArtifacts } from './list-artifacts.ts';
import { listMetrics } from './list-metrics.ts';
import { recordEpoch } from './record-epoch.ts';
import { releaseTrial } from './release.ts';

const { db } = await testDatabase();
const { sql } = db;

async function claimNow(trialId: string): Promise<number> {
	await sql`update trial set due_at = now() where id = ${trialId}`;
	const assignment = await claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 });
	return assignment!.attemptNo;
}

function fail(trialId: string, attemptNo: number, reason: FailureReason, message = 'it broke') {
	return failTrial({ db, trialId, attemptNo, reason, message, device: sampleDevice, artifacts: [] });
}

for (const reason of FailureReason.options) {
	test(`a trial that keeps failing by ${reason} is tried ${failureBudgets[reason]} times more, then failed`, async () => {
		const { sweepId, trialIds } = await sampleSweep(db);
		const trialId = trialIds[0]!;
		for (let failures = 1; failures <= failureBudgets[reason]; failures++) {
			assert.equal(await fail(trialId, await claimNow(trialId), reason), true);
			assert.equal((await getTrial({ db, trialId })).state, 'queued', `after ${failures} failures`);
		}
		await fail(trialId, await claimNow(trialId), reason, 'for the last time');
		const trial = await getTrial({ db, trialId });
		assert.deepEqual([trial.state, trial.reason, trial.message], ['failed', reason, 'for the last time']);
		assert.deepEqual(
			trial.attempts.map(({ attemptNo, outcome }) => [attemptNo, outcome]),
			Array.from({ length: failureBudgets[reason] + 1 }, (_, i) => [i + 1, 'failed']),
		);
		assert.equal((await getSweep({ db, sweepId })).state, 'failed');
	});
}

test('a trial that failed waits a random while before it is due, at most 2, 4, 8 … seconds, with a message to be sent', async () => {
	const delays: number[] = [];
	for (let round = 0; round < 4; round++) {
		const { trialIds } = await sampleSweep(db);
		const trialId = trialIds[0]!;
		for (let failures = 1; failures <= 5; failures++) {
			await fail(trialId, await claimNow(trialId), 'infrastructure');
			const [row] = await sql<{ delay: number; sent_at: boolean }[]>`
				select extract(epoch from trial.due_at - now())::float8 as delay, outbox.due_at = trial.due_at as sent_at
				from trial join outbox on outbox.trial_id = trial.id and outbox.dispatch_no = trial.dispatch_no
				where trial.id = ${trialId}`;
			assert.ok(row!.delay <= 2 ** failures, `${row!.delay} s after ${failures} failures`);
			assert.equal(row!.sent_at, true);
			delays.push(row!.delay / 2 ** failures);
		}
	}
	assert.ok(Math.max(...delays) - Math.min(...delays) > 0.2, 'the delays are not spread');
});

test('a failed trial is not claimed before it is due', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await fail(trialId, await claimNow(trialId), 'infrastructure');
	await sql`update trial set due_at = now() + interval '1 minute' where id = ${trialId}`;
	assert.equal(await claimTrial({ db, trialId, workerId: 'eager', leaseSeconds: 60 }), null);
});

test('being preempted is no failure: twenty releases leave the whole budget', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	for (let i = 0; i < 20; i++)
		assert.equal(await releaseTrial({ db, trialId, attemptNo: await claimNow(trialId) }), true);
	for (let i = 0; i < failureBudgets.unknown; i++) await fail(trialId, await claimNow(trialId), 'unknown');
	assert.equal((await getTrial({ db, trialId })).state, 'queued');
});

test('budgets are counted apart: infrastructure failures do not use up the budget for unknown ones', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	for (let i = 0; i < failureBudgets.infrastructure; i++)
		await fail(trialId, await claimNow(trialId), 'infrastructure');
	for (let i = 0; i < failureBudgets.unknown; i++) await fail(trialId, await claimNow(trialId), 'unknown');
	assert.equal((await getTrial({ db, trialId })).state, 'queued');
	await fail(trialId, await claimNow(trialId), 'unknown');
	assert.equal((await getTrial({ db, trialId })).state, 'failed');
});

test('a diverged trial stops at once and keeps its curve, its device and what it left', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	const trialId = trialIds[0]!;
	const attemptNo = await claimNow(trialId);
	await recordEpoch({ db, trialId, attemptNo, metrics: sampleMetrics(1, { trainLoss: null, valLoss: null }) });
	const artifacts = [sampleArtifact(trialId, attemptNo, 'metrics.json')];
	await failTrial({ db, trialId, attemptNo, reason: 'diverged', message: 'NaN loss', device: sampleDevice, artifacts });
	const trial = await getTrial({ db, trialId });
	assert.deepEqual([trial.state, trial.reason, trial.device?.key], ['failed', 'diverged', sampleDevice.key]);
	assert.deepEqual(trial.attempts[0]?.device, sampleDevice);
	assert.equal((await listMetrics({ db, trialId, limit: 10 })).items.length, 1);
	assert.deepEqual(await listArtifacts({ db, trialId }), artifacts);
	assert.equal((await getSweep({ db, sweepId })).state, 'running');
});
