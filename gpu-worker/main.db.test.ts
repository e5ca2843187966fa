import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { getTrial } from '@basin/db/trials/get.ts';
import { listArtifacts } from '@basin/db/trials/list-artifacts.ts';
import { listMetrics } from '@basin/db/trials/list-metrics.ts';
import { testDatabase } from '../tests/support/postgres.ts';
import { sampleSweep } from '../tests/support/samples.ts';
import { waitFor } from '../tests/support/wait.ts';
import { type Cloud, isAlive, startCloud, type WorkerProcess } from '../tests/support/worker-cloud.ts';

const { db, url } = await testDatabase();
let cloud: Cloud;
before(async () => {
	cloud = await startCloud(db, url);
});
after(() => cloud.stop());

const started: WorkerProcess[] = [];
function startWorker(...input: Parameters<Cloud['startWorker']>): WorkerProcess {
	const worker = cloud.startWorker(...input);
	started.push(worker);
	return worker;
}
afterEach(async () => {
	for (const worker of started.splice(0)) {
		worker.process.kill('SIGKILL');
		await worker.ended;
	}
});

/** One trial of `epochs` epochs, each short or a few seconds long, dispatched at once. */
async function oneTrial({ epochs = 3, slow = false }: { epochs?: number; slow?: boolean } = {}) {
	const spec = slow ? { epochs, model: { preset: 'mlp' as const, hidden: [512] } } : { epochs };
	const { sweepId, trialIds } = await sampleSweep(db, spec);
	cloud.wake();
	return { sweepId, trialId: trialIds[0]! };
}

const trialOf = (trialId: string) => getTrial({ db, trialId });
const epochsOf = async (trialId: string) => (await listMetrics({ db, trialId, limit: 100 })).items;

async function until(trialId: string, state: string, deadlineMs = 60_000): Promise<void> {
	await waitFor(`trial to be ${state}`, deadlineMs, async () => (await trialOf(trialId)).state === state);
}

async function untilEpoch(trialId: string, epoch: number): Promise<void> {
	await waitFor(`epoch ${epoch}`, 60_000, async () => (await trialOf(trialId)).epochsDone >= epoch);
}

test('a worker takes a trial from the queue to a result: every epoch once, every file complete, no message left', async () => {
	const { trialId } = await oneTrial();
	const worker = startWorker(['--drain', '--idle-exit', '2']);
	assert.equal(await worker.ended, 0, 'a draining worker ends well when nothing is left');

	const trial = await trialOf(trialId);
	assert.equal(trial.state, 'succeeded');
	assert.equal(trial.attemptNo, 1);
	assert.ok(trial.result!.valAccuracy > 0.5 && trial.device);
	assert.deepEqual(
		(await epochsOf(trialId)).map(({ epoch }) => epoch),
		[1, 2, 3],
	);

	const artifacts = await listArtifacts({ db, trialId });
	assert.deepEqual(artifacts.map(({ name }) => name).sort(), [
		'history.json',
		'model.onnx',
		'spec.json',
		'weights.safetensors',
	]);
	for (const { key, sha256, sizeBytes } of artifacts) {
		const { Body } = await cloud.s3.send(new GetObjectCommand({ Bucket: cloud.bucket, Key: key }));
		const bytes = await Body!.transformToByteArray();
		assert.equal(bytes.length, sizeBytes);
		assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
	}
	const { Attributes } = await cloud.sqs.getQueueAttributes({ QueueUrl: cloud.queueUrl, AttributeNames: ['All'] });
	assert.equal(Attributes?.ApproximateNumberOfMessages, '0');
	assert.equal(Attributes?.ApproximateNumberOfMessagesNotVisible, '0');
});

test('kill -9 of a trainer in mid-epoch is an infrastructure failure of that attempt; the next one succeeds', async () => {
	const { trialId } = await oneTrial({ epochs: 3, slow: true });
	const worker = startWorker();
	await untilEpoch(trialId, 1);
	process.kill((await worker.logged('trainer started')).trainerPid as number, 'SIGKILL');
	await until(trialId, 'succeeded', 90_000);

	const { attempts } = await trialOf(trialId);
	assert.deepEqual(
		attempts.map(({ outcome, reason }) => [outcome, reason]),
		[
			['failed', 'infrastructure'],
			['succeeded', null],
		],
	);
	assert.match(attempts[0]!.message!, /SIGKILL/);
	assert.deepEqual(
		(await epochsOf(trialId)).map(({ epoch }) => epoch),
		[1, 2, 3],
	);
});

test('SIGTERM gives the trial back at once, uncounted, and the worker ends', async () => {
	const { trialId } = await oneTrial({ epochs: 50, slow: true });
	const worker = startWorker();
	await untilEpoch(trialId, 1);
	const trainerPid = (await worker.logged('trainer started')).trainerPid as number;
	const askedAt = performance.now();
	worker.process.kill('SIGTERM');
	assert.equal(await worker.ended, 0);
	assert.ok(performance.now() - askedAt < 8_000);
	assert.equal(isAlive(trainerPid), false);
	const trial = await trialOf(trialId);
	assert.equal(trial.state, 'queued');
	assert.equal(trial.attempts[0]!.outcome, 'released');
	await cancelSweep({ db, sweepId: trial.sweepId });
});

test('a stalled worker that wakes after its lease writes nothing and uploads nothing, and goes on to other trials', async () => {
	const { sweepId, trialId } = await oneTrial({ epochs: 2, slow: true });
	const stalled = startWorker();
	await untilEpoch(trialId, 1);
	stalled.process.kill('SIGSTOP');
	await until(trialId, 'queued');
	const other = startWorker();
	await until(trialId, 'succeeded', 90_000);
	const before = { trial: await trialOf(trialId), epochs: await epochsOf(trialId) };

	stalled.process.kill('SIGCONT');
	await stalled.logged('attempt ended');
	assert.equal(stalled.lines.findLast((line) => line.message === 'attempt ended')?.end, 'fenced');
	assert.deepEqual({ trial: await trialOf(trialId), epochs: await epochsOf(trialId) }, before);
	assert.equal(before.trial.attemptNo, 2);
	assert.deepEqual(
		before.trial.attempts.map(({ outcome }) => outcome),
		['lost', 'succeeded'],
	);
	assert.deepEqual(await cloud.objects(`sweeps/${sweepId}/trials/${trialId}/attempts/1/`), []);
	assert.equal((await cloud.objects(`sweeps/${sweepId}/trials/${trialId}/attempts/2/`)).length, 4);

	other.process.kill('SIGTERM');
	await other.ended;
	const next = await oneTrial();
	await until(next.trialId, 'succeeded');
});

test('a worker that was killed loses its trial within the lease, and its trainer dies with it', async () => {
	const { trialId } = await oneTrial({ epochs: 2, slow: true });
	const killed = startWorker();
	await untilEpoch(trialId, 1);
	const trainerPid = (await killed.logged('trainer started')).trainerPid as number;
	killed.process.kill('SIGKILL');
	await waitFor('the trainer to be gone', 5_000, () => !isAlive(trainerPid));
	await until(trialId, 'queued', 10_000);
	startWorker();
	await until(trialId, 'succeeded', 90_000);
	assert.deepEqual(
		(await trialOf(trialId)).attempts.map(({ outcome }) => outcome),
		['lost', 'succeeded'],
	);
});

test('a cancel ends what runs within a few heartbeats and the worker takes the next trial', async () => {
	const { sweepId, trialId } = await oneTrial({ epochs: 50, slow: true });
	startWorker();
	await untilEpoch(trialId, 1);
	await cancelSweep({ db, sweepId });
	await until(trialId, 'cancelled', 5_000);
	assert.equal((await trialOf(trialId)).attempts[0]!.outcome, 'cancelled');
	const next = await oneTrial();
	await until(next.trialId, 'succeeded');
});

test('database connections that break in mid-trial lose no epoch and no attempt', async () => {
	const { trialId } = await oneTrial({ epochs: 4, slow: true });
	startWorker();
	for (const epoch of [1, 2, 3]) {
		await untilEpoch(trialId, epoch);
		await db.sql`
			select pg_terminate_backend(pid) from pg_stat_activity
			where application_name = 'basin-worker' and datname = current_database()`;
	}
	await until(trialId, 'succeeded');
	assert.equal((await trialOf(trialId)).attemptNo, 1);
	assert.deepEqual(
		(await epochsOf(trialId)).map(({ epoch }) => epoch),
		[1, 2, 3, 4],
	);
});
