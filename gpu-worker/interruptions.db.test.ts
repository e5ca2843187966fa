/** Real workers, interrupted in real ways: each trial comes to the numbers of one that nothing has disturbed. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { pauseSweep } from '@basin/db/sweeps/pause.ts';
import { resumeSweep } from '@basin/db/sweeps/resume.ts';
import { getTrial } from '@basin/db/trials/get.ts';
import { listArtifacts } from '@basin/db/trials/list-artifacts.ts';
import { listMetrics } from '@basin/db/trials/list-metrics.ts';
import { testDatabase } from '../tests/support/postgres.ts';
import { sampleSweep } from '../tests/support/samples.ts';
import { startSeverableProxy } from '../tests/support/severable-proxy.ts';
import { waitFor } from '../tests/support/wait.ts';
import { type Cloud, startCloud, type WorkerProcess } from '../tests/support/worker-cloud.ts';

const { db, url } = await testDatabase();
const epochs = 15;
/** A checkpoint after every epoch, and time enough to store one. */
const eager = { BASIN_CHECKPOINT_SECONDS: '0.001', BASIN_SHUTDOWN_SECONDS: '20' };

let cloud: Cloud;
let reference: Awaited<ReturnType<typeof remainsOf>>;
before(async () => {
	cloud = await startCloud(db, url);
	const { trialId } = await oneTrial();
	startWorker();
	await until(trialId, 'succeeded');
	reference = await remainsOf(trialId);
	await killWorkers();
});
after(() => cloud.stop());

const started: WorkerProcess[] = [];
function startWorker(env: Record<string, string> = {}): WorkerProcess {
	const worker = cloud.startWorker([], { ...eager, ...env });
	started.push(worker);
	return worker;
}
async function killWorkers(): Promise<void> {
	for (const worker of started.splice(0)) {
		worker.process.kill('SIGKILL');
		await worker.ended;
	}
}
afterEach(killWorkers);

/** A trial of a few seconds, the same for every test, dispatched at once. */
async function oneTrial() {
	const model = { preset: 'mlp' as const, hidden: [512, 512] };
	const { sweepId, trialIds } = await sampleSweep(db, { dataset: { name: 'spirals' }, model, epochs });
	cloud.wake();
	return { sweepId, trialId: trialIds[0]! };
}

const trialOf = (trialId: string) => getTrial({ db, trialId });
const curveOf = async (trialId: string) => (await listMetrics({ db, trialId, limit: 100 })).items;

async function until(trialId: string, state: string): Promise<void> {
	await waitFor(`trial to be ${state}`, 90_000, async () => (await trialOf(trialId)).state === state);
}

/** Epochs of the stored checkpoints, newest first, with the keys of their objects. */
function checkpointsOf(trialId: string) {
	return db.sql<{ epoch: number; key: string }[]>`
		select epoch, key from checkpoint where trial_id = ${trialId} order by epoch desc`;
}

async function untilCheckpoint(trialId: string, epoch: number): Promise<void> {
	const what = `a checkpoint of epoch ${epoch}`;
	await waitFor(what, 60_000, async () => ((await checkpointsOf(trialId))[0]?.epoch ?? 0) >= epoch, 10);
}

const withoutTimes = (record: object) =>
	Object.fromEntries(Object.entries(record).filter(([name]) => !/Seconds|recordedAt|attemptNo/.test(name)));

/** All that a succeeded trial leaves, but its times. */
async function remainsOf(trialId: string) {
	const { result } = await trialOf(trialId);
	const artifacts = await listArtifacts({ db, trialId });
	return {
		result: withoutTimes(result!),
		curve: (await curveOf(trialId)).map(withoutTimes),
		files: artifacts.flatMap(({ name, sha256 }) => (/onnx|safetensors/.test(name) ? [[name, sha256]] : [])).sort(),
	};
}

/** The trial has succeeded as if nothing had happened, in a curve without gaps, and its checkpoints are gone. */
async function assertUndisturbed(trialId: string, sweepId: string): Promise<void> {
	assert.deepEqual(await remainsOf(trialId), reference);
	const curve = await curveOf(trialId);
	assert.deepEqual(
		curve.map(({ epoch }) => epoch),
		Array.from({ length: epochs }, (_, i) => i + 1),
	);
	await waitFor('the checkpoints to be removed', 10_000, async () => {
		const left = await cloud.objects(`checkpoints/${sweepId}/`);
		return left.length === 0 && (await checkpointsOf(trialId)).length === 0;
	});
}

const attemptsOf = async (trialId: string) =>
	(await trialOf(trialId)).attempts.map(({ outcome, resumedEpoch }) => [outcome, resumedEpoch]);

test('kill -9 of a worker in mid-epoch: the next one goes on from the last checkpoint', async () => {
	const { sweepId, trialId } = await oneTrial();
	const killed = startWorker();
	await untilCheckpoint(trialId, 2);
	killed.process.kill('SIGKILL');
	await killed.ended;
	const [newest] = await checkpointsOf(trialId);
	startWorker();
	await until(trialId, 'succeeded');
	assert.deepEqual(await attemptsOf(trialId), [
		['lost', 0],
		['succeeded', newest!.epoch],
	]);
	const attemptNos = (await curveOf(trialId)).map(({ attemptNo }) => attemptNo);
	assert.deepEqual(
		attemptNos,
		Array.from({ length: epochs }, (_, i) => (i < newest!.epoch ? 1 : 2)),
	);
	await assertUndisturbed(trialId, sweepId);
});

test('SIGTERM costs no epoch: the worker stores a checkpoint, gives the trial back uncounted, and the next goes on', async () => {
	const { sweepId, trialId } = await oneTrial();
	const worker = startWorker({ BASIN_CHECKPOINT_SECONDS: '3600' });
	await waitFor('epoch 2', 60_000, async () => (await trialOf(trialId)).epochsDone >= 2, 10);
	worker.process.kill('SIGTERM');
	assert.equal(await worker.ended, 0);
	const given = await trialOf(trialId);
	assert.equal(given.state, 'queued');
	const recorded = (await curveOf(trialId)).length;
	assert.equal(given.epochsDone, recorded, 'every epoch that was recorded is in the checkpoint');
	startWorker();
	await until(trialId, 'succeeded');
	assert.deepEqual(await attemptsOf(trialId), [
		['released', 0],
		['succeeded', recorded],
	]);
	const [row] = await db.sql`select infrastructure_failures + unknown_failures as n from trial where id = ${trialId}`;
	assert.equal(row!.n, 0);
	await assertUndisturbed(trialId, sweepId);
});

test('pausing a sweep costs no epoch either, and the worker that gave the trial back can go on with it', async () => {
	const { sweepId, trialId } = await oneTrial();
	const worker = startWorker({ BASIN_CHECKPOINT_SECONDS: '3600' });
	await waitFor('epoch 1', 60_000, async () => (await trialOf(trialId)).epochsDone >= 1, 10);
	await pauseSweep({ db, sweepId });
	await until(trialId, 'queued');
	const recorded = (await curveOf(trialId)).length;
	await resumeSweep({ db, sweepId });
	cloud.wake();
	await until(trialId, 'succeeded');
	assert.deepEqual(await attemptsOf(trialId), [
		['released', 0],
		['succeeded', recorded],
	]);
	assert.equal(worker.lines.filter(({ message }) => message === 'trainer started').length, 1, 'no process was killed');
	await assertUndisturbed(trialId, sweepId);
});

for (const { name, damaged, from } of [
	{ name: 'a corrupt checkpoint is not used, but the one before it', damaged: 1, from: 'older' },
	{ name: 'with a corrupt and a truncated checkpoint the trial begins at the start', damaged: 2, from: 'start' },
]) {
	test(`${name}, and the attempt says so`, async () => {
		const { sweepId, trialId } = await oneTrial();
		const killed = startWorker();
		await untilCheckpoint(trialId, 3);
		killed.process.kill('SIGKILL');
		await killed.ended;
		const stored = await checkpointsOf(trialId);
		for (const [place, { key }] of stored.slice(0, damaged).entries()) {
			const object = await cloud.object(key);
			if (place === 0) object[object.length >> 1]! ^= 1;
			const Body = place === 0 ? object : object.subarray(0, object.length / 2);
			await cloud.s3.send(new PutObjectCommand({ Bucket: cloud.bucket, Key: key, Body }));
		}
		startWorker();
		await until(trialId, 'succeeded');
		const { attempts } = await trialOf(trialId);
		assert.equal(attempts[1]!.resumedEpoch, from === 'older' ? stored[1]!.epoch : 0);
		for (const { epoch } of stored.slice(0, damaged)) {
			assert.match(
				attempts[1]!.message!,
				new RegExp(`The checkpoint of epoch ${epoch} cannot be used: it arrived damaged`),
			);
		}
		await assertUndisturbed(trialId, sweepId);
	});
}

test('a trainer that hangs while its worker’s heartbeat lives is killed as a timeout, and the next attempt goes on', async () => {
	const { sweepId, trialId } = await oneTrial();
	const worker = startWorker({ BASIN_PROGRESS_SECONDS: '8' });
	await untilCheckpoint(trialId, 2);
	process.kill((await worker.logged('trainer started')).trainerPid as number, 'SIGSTOP');
	const [newest] = await checkpointsOf(trialId);
	await until(trialId, 'succeeded');
	const { attempts } = await trialOf(trialId);
	assert.deepEqual(
		attempts.map(({ outcome, reason }) => [outcome, reason]),
		[
			['failed', 'timeout'],
			['succeeded', null],
		],
	);
	assert.ok(attempts[1]!.resumedEpoch! >= newest!.epoch);
	await assertUndisturbed(trialId, sweepId);
});

test('an outage of the store during a checkpoint’s upload does not hold up training', async (context) => {
	const proxy = await startSeverableProxy(cloud.port);
	context.after(() => proxy.stop());
	const { sweepId, trialId } = await oneTrial();
	startWorker({ AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${proxy.port}` });
	await untilCheckpoint(trialId, 1);
	proxy.sever();
	const [before] = await checkpointsOf(trialId);
	await waitFor('all epochs', 60_000, async () => (await trialOf(trialId)).epochsDone === epochs);
	assert.equal((await checkpointsOf(trialId))[0]!.epoch, before!.epoch);
	assert.ok(proxy.refusals() > 0);
	proxy.mend();
	await until(trialId, 'succeeded');
	assert.deepEqual(await attemptsOf(trialId), [['succeeded', 0]]);
	await assertUndisturbed(trialId, sweepId);
});
