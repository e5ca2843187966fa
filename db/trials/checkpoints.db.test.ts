import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../tests/support/postgres.ts';
import {
	everything,
	sampleCheckpoint,
	sampleDevice,
	sampleMetrics,
	sampleResult,
	sampleSweep,
} from '../../tests/support/samples.ts';
import { cancelTrial } from './cancel.ts';
import { acknowledgeCancel } from './cancelled.ts';
import { claimTrial } from './claim.ts';
import { failTrial } from './fail.ts';
import { finishTrial } from './finish.ts';
import { getTrial } from './get.ts';
import { heartbeat } from './heartbeat.ts';
import { listMetrics } from './list-metrics.ts';
import { recordCheckpoint } from './record-checkpoint.ts';
import { recordEpoch } from './record-epoch.ts';
import { releaseTrial } from './release.ts';
import { resumeTrial } from './resume.ts';

const { db } = await testDatabase();
const { sql } = db;

/** A claimed trial and the verbs of its attempt `attemptNo`. */
function verbs(trialId: string, attemptNo: number) {
	const attempt = { db, trialId, attemptNo };
	return {
		epochs: async (...epochs: number[]) => {
			for (const epoch of epochs) {
				const metrics = sampleMetrics(epoch, { valAccuracy: attemptNo / 100 });
				assert.equal(await recordEpoch({ ...attempt, metrics }), true);
			}
		},
		checkpoint: (epoch: number) =>
			recordCheckpoint({ ...attempt, checkpoint: sampleCheckpoint(trialId, attemptNo, epoch) }),
		resume: (epoch: number, note: string | null = null) => resumeTrial({ ...attempt, epoch, note }),
		release: () => releaseTrial(attempt),
	};
}

async function claimed() {
	const { sweepId, trialIds } = await sampleSweep(db, { epochs: 10 });
	const trialId = trialIds[0]!;
	await claim(trialId);
	return { sweepId, trialId, ...verbs(trialId, 1) };
}

const claim = (trialId: string) => claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 });
const stored = async (trialId: string) =>
	(await sql<{ epoch: number }[]>`select epoch from checkpoint where trial_id = ${trialId} order by epoch`).map(
		({ epoch }) => epoch,
	);
const curve = async (trialId: string) =>
	(await listMetrics({ db, trialId, limit: 100 })).items.map(({ epoch, attemptNo }) => [epoch, attemptNo]);

test('the newest two checkpoints are kept; whoever stores another learns which object nobody needs any more', async () => {
	const { trialId, epochs, checkpoint } = await claimed();
	await epochs(1, 2, 3, 4);
	assert.deepEqual(await checkpoint(1), []);
	assert.deepEqual(await checkpoint(2), []);
	assert.deepEqual(await checkpoint(4), [sampleCheckpoint(trialId, 1, 1).key]);
	assert.deepEqual(await stored(trialId), [2, 4]);
	assert.deepEqual(await checkpoint(4), [], 'a repeat changes nothing');
	assert.deepEqual(await checkpoint(1), [sampleCheckpoint(trialId, 1, 1).key], 'one that comes too late is not kept');
	assert.deepEqual(await stored(trialId), [2, 4]);
});

test('a checkpoint of an epoch that is not recorded yet is refused: going on from it would leave a hole in the curve', async () => {
	const { trialId, epochs, checkpoint } = await claimed();
	await epochs(1, 2);
	await assert.rejects(checkpoint(3), { code: '23514' });
	assert.deepEqual(await stored(trialId), []);
});

test('the next attempt gets the checkpoints, newest first, and keeps the curve up to the newest', async () => {
	const { trialId, epochs, checkpoint, release } = await claimed();
	await epochs(1, 2, 3, 4, 5);
	for (const epoch of [2, 4]) await checkpoint(epoch);
	await release();
	assert.equal((await getTrial({ db, trialId })).epochsDone, 4);
	const assignment = await claim(trialId);
	assert.deepEqual(assignment?.checkpoints, [sampleCheckpoint(trialId, 1, 4), sampleCheckpoint(trialId, 1, 2)]);
	assert.equal((await getTrial({ db, trialId })).epochsDone, 4);
	assert.deepEqual(
		await curve(trialId),
		[1, 2, 3, 4].map((epoch) => [epoch, 1]),
	);

	const second = verbs(trialId, 2);
	assert.equal(await second.resume(4), true);
	await second.epochs(5, 6);
	assert.deepEqual(await curve(trialId), [...[1, 2, 3, 4].map((epoch) => [epoch, 1]), [5, 2], [6, 2]]);
	const { attempts } = await getTrial({ db, trialId });
	assert.deepEqual(
		attempts.map(({ resumedEpoch }) => resumedEpoch),
		[0, 4],
	);
});

test('an attempt that could use an older checkpoint only, or none, gives up what came after it and says why', async () => {
	for (const [from, kept] of [
		[2, [1, 2]],
		[0, []],
	] as const) {
		const { trialId, epochs, checkpoint, release } = await claimed();
		await epochs(1, 2, 3, 4);
		for (const epoch of [2, 4]) await checkpoint(epoch);
		await release();
		await claim(trialId);
		const second = verbs(trialId, 2);
		assert.equal(await second.resume(from, 'The newest is damaged.'), true);
		assert.deepEqual(
			await curve(trialId),
			kept.map((epoch) => [epoch, 1]),
		);
		assert.deepEqual(await stored(trialId), from === 0 ? [] : [from]);
		const trial = await getTrial({ db, trialId });
		assert.equal(trial.epochsDone, from);
		assert.deepEqual([trial.attempts[1]?.resumedEpoch, trial.attempts[1]?.message], [from, 'The newest is damaged.']);
	}
});

test('a late repeat of resuming does not remove what the attempt has recorded since', async () => {
	const { trialId, epochs, checkpoint, release } = await claimed();
	await epochs(1);
	await checkpoint(1);
	await release();
	await claim(trialId);
	const second = verbs(trialId, 2);
	await second.resume(1);
	await second.epochs(2, 3);
	await second.checkpoint(3);
	const before = await everything(db);
	for (const epoch of [1, 0]) assert.equal(await second.resume(epoch), true);
	assert.deepEqual(await everything(db), before);
});

test('nobody resumes from a checkpoint that does not exist', async () => {
	const { trialId, epochs, checkpoint, release } = await claimed();
	await epochs(1, 2);
	await checkpoint(1);
	await release();
	await claim(trialId);
	const { resume } = verbs(trialId, 2);
	const before = await everything(db);
	await assert.rejects(resume(2), { code: '23514' });
	assert.deepEqual(await everything(db), before);
});

test('a trial that has ended keeps no checkpoint, whatever ended it', async () => {
	const end = { db, device: sampleDevice, artifacts: [] };
	const endings: Record<string, (trialId: string) => Promise<unknown>> = {
		succeeded: (trialId) => finishTrial({ ...end, trialId, attemptNo: 1, result: sampleResult() }),
		failed: (trialId) => failTrial({ ...end, trialId, attemptNo: 1, reason: 'diverged', message: 'NaN' }),
		'cancelled while it ran': async (trialId) => {
			await cancelTrial({ db, trialId });
			await acknowledgeCancel({ db, trialId, attemptNo: 1 });
		},
		'cancelled while it waited': async (trialId) => {
			await releaseTrial({ db, trialId, attemptNo: 1 });
			await cancelTrial({ db, trialId });
		},
	};
	for (const [name, ending] of Object.entries(endings)) {
		const { trialId, epochs, checkpoint } = await claimed();
		await epochs(1);
		await checkpoint(1);
		await ending(trialId);
		assert.deepEqual(await stored(trialId), [], name);
		assert.deepEqual(await curve(trialId), [[1, 1]], `${name}: the curve stays`);
	}
});

test('a failure that is tried again keeps the checkpoints', async () => {
	const { trialId, epochs, checkpoint } = await claimed();
	await epochs(1, 2);
	await checkpoint(1);
	const failure = { reason: 'infrastructure', message: 'lost', device: null, artifacts: [] } as const;
	await failTrial({ db, trialId, attemptNo: 1, ...failure, artifacts: [] });
	assert.deepEqual(await stored(trialId), [1]);
	assert.equal((await getTrial({ db, trialId })).epochsDone, 1);
});

test('a running trial of a paused sweep is to be given back; a cancel goes before', async () => {
	const { sweepId, trialId } = await claimed();
	const beat = () => heartbeat({ db, trialId, attemptNo: 1, leaseSeconds: 60 });
	await sql`update sweep set state = 'paused' where id = ${sweepId}`;
	assert.equal(await beat(), 'release');
	await cancelTrial({ db, trialId });
	assert.equal(await beat(), 'cancel');
});
