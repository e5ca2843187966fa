import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TrainingRule } from '@basin/core/contracts/training-rule.ts';
import { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { everything, sampleMetrics, sampleSweep } from '../../tests/support/samples.ts';
import { getSweep } from '../sweeps/get.ts';
import { claimTrial } from './claim.ts';
import { getTrial } from './get.ts';
import { listMetrics } from './list-metrics.ts';
import { recordEpoch } from './record-epoch.ts';
import { releaseTrial } from './release.ts';

const { db, open } = await testDatabase();
const { sql } = db;

const claim = (trialId: string, workerId = 'worker') => claimTrial({ db, trialId, workerId, leaseSeconds: 60 });

test('thirty workers that claim one trial at once: exactly one gets it, with one attempt', async () => {
	const { trialIds } = await sampleSweep(db);
	const crowd = open({ max: 30 });
	const claims = await Promise.all(
		Array.from({ length: 30 }, (_, i) =>
			claimTrial({ db: crowd, trialId: trialIds[0]!, workerId: `w${i}`, leaseSeconds: 60 }),
		),
	);
	assert.equal(claims.filter((assignment) => assignment !== null).length, 1);
	assert.equal((await getTrial({ db, trialId: trialIds[0]! })).attempts.length, 1);
});

test('a claim hands over all that training needs, and says so where people look', async () => {
	const rule = TrainingRule.parse({ optimizer: { kind: 'adam' }, weightDecay: 0.01 });
	const { sweepId, trialIds } = await sampleSweep(db, { seeds: [42], epochs: 3, engine: 'onnx', ...rule });
	const before = Date.now();
	const assignment = TrialAssignment.parse(await claim(trialIds[0]!, 'the worker'));
	assert.deepEqual(
		{ ...assignment, leaseExpiresAt: undefined },
		{
			trialId: trialIds[0],
			sweepId,
			attemptNo: 1,
			configuration: { batchSize: 100, eta: 0.001, lambda: 0.9 },
			seed: 42,
			dataset: { name: 'mnist', validation: 0.1, splitSeed: 0 },
			model: { preset: 'softmax', initializer: 'glorotUniform' },
			epochs: 3,
			engine: 'onnx',
			...rule,
			checkpoints: [],
			leaseExpiresAt: undefined,
		},
	);
	const lease = new Date(assignment.leaseExpiresAt).getTime() - before;
	assert.ok(lease > 55_000 && lease < 70_000, `the lease lasts ${lease} ms`);
	const trial = await getTrial({ db, trialId: trialIds[0]! });
	assert.equal(trial.state, 'running');
	assert.deepEqual(
		trial.attempts.map(({ attemptNo, workerId, outcome, endedAt }) => [attemptNo, workerId, outcome, endedAt]),
		[[1, 'the worker', null, null]],
	);
	const sweep = await getSweep({ db, sweepId });
	assert.deepEqual([sweep.state, sweep.counts.running], ['running', 1]);
	assert.notEqual(sweep.startedAt, null);
});

test('a trial can be claimed while it is pending: its message may outrun the note that it was sent', async () => {
	const { trialIds } = await sampleSweep(db);
	assert.equal((await getTrial({ db, trialId: trialIds[0]! })).state, 'pending');
	assert.notEqual(await claim(trialIds[0]!), null);
});

test('what is not to be started is not claimed, and trying changes nothing', async () => {
	const { trialIds } = await sampleSweep(db, { configurations: 6 });
	const [ended, running, later, paused, stopping, cancelling] = trialIds as [
		string,
		string,
		string,
		string,
		string,
		string,
	];
	await sql`update trial set state = 'cancelled', finished_at = now() where id = ${ended}`;
	await claim(running);
	await sql`update trial set due_at = now() + interval '1 hour' where id = ${later}`;
	const before = await everything(db);
	for (const trialId of [ended, running, later, 'trl_of_nobody']) assert.equal(await claim(trialId), null, trialId);
	assert.deepEqual(await everything(db), before);
	for (const [trialId, state] of [
		[paused, 'paused'],
		[stopping, 'stopping'],
		[cancelling, 'cancelling'],
	] as const) {
		await sql`update sweep set state = ${state} where id = (select sweep_id from trial where id = ${trialId})`;
		assert.equal(await claim(trialId), null, state);
	}
});

test('attempts are numbered from 1 without gaps, however often a trial changes hands', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	for (let attemptNo = 1; attemptNo <= 4; attemptNo++) {
		assert.equal((await claim(trialId, `w${attemptNo}`))?.attemptNo, attemptNo);
		assert.equal(await claim(trialId, 'late'), null);
		assert.equal(await releaseTrial({ db, trialId, attemptNo }), true);
	}
	const { attempts } = await getTrial({ db, trialId });
	assert.deepEqual(
		attempts.map(({ attemptNo, workerId, outcome }) => [attemptNo, workerId, outcome]),
		[1, 2, 3, 4].map((no) => [no, `w${no}`, 'released']),
	);
});

test('a new attempt starts its own curve: what an earlier one recorded does not lead to its result', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await claim(trialId);
	for (const epoch of [1, 2]) await recordEpoch({ db, trialId, attemptNo: 1, metrics: sampleMetrics(epoch) });
	await releaseTrial({ db, trialId, attemptNo: 1 });
	await claim(trialId);
	assert.equal((await getTrial({ db, trialId })).epochsDone, 0);
	await recordEpoch({ db, trialId, attemptNo: 2, metrics: sampleMetrics(1, { valAccuracy: 0.5 }) });
	const { items } = await listMetrics({ db, trialId, limit: 10 });
	assert.deepEqual(
		items.map(({ epoch, attemptNo, valAccuracy }) => [epoch, attemptNo, valAccuracy]),
		[[1, 2, 0.5]],
	);
});
