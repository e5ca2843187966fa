import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { deleteSweep } from '@basin/db/sweeps/delete.ts';
import { retryFailed } from '@basin/db/sweeps/retry-failed.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { releaseTrial } from '@basin/db/trials/release.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleArtifact, sampleDevice, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { createObjectStore } from './adapters/s3-objects.ts';
import { sweepObjects } from './sweep-objects.ts';
import { testCloud } from './testing/cloud.ts';

const { db } = await testDatabase();
const { s3, bucket } = await testCloud();
const objects = createObjectStore({ s3, bucket });
const hourMs = 3_600_000;

const sweepAfter = (ms: number, signal = new AbortController().signal) =>
	sweepObjects({ db, objects, signal, now: () => Date.now() + ms });
const put = async (key: string) => {
	await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }));
	return key;
};
async function keys(): Promise<string[]> {
	const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
	return Contents.map(({ Key }) => Key!).toSorted();
}
const keyOf = (sweepId: string, trialId: string, attemptNo: number, name = 'model.onnx') =>
	`sweeps/${sweepId}/trials/${trialId}/attempts/${attemptNo}/${name}`;
const checkpointOf = (sweepId: string, trialId: string, attemptNo: number, epoch: number) =>
	`checkpoints/${sweepId}/${trialId}/${attemptNo}/epoch-${epoch}.safetensors`;
const claim = (trialId: string) => claimTrial({ db, trialId, workerId: 'w', leaseSeconds: 60 });

async function finish(trialId: string, attemptNo: number, key: string): Promise<void> {
	const artifacts = [{ ...sampleArtifact(trialId, attemptNo), key }];
	assert.ok(await finishTrial({ db, trialId, attemptNo, result: sampleResult(), device: sampleDevice, artifacts }));
}

test('what attempts left that nothing points to is deleted after an hour; all that is needed, or may come to be, stays', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 3 });
	const [done, running, waiting] = trialIds as [string, string, string];
	await claim(done);
	await releaseTrial({ db, trialId: done, attemptNo: 1 });
	await claim(done);
	const kept = await put(keyOf(sweepId, done, 2));
	await finish(done, 2, kept);
	await claim(running);
	await claim(waiting);
	const checkpoint = checkpointOf(sweepId, waiting, 1, 3);
	await db.sql`
		insert into checkpoint (trial_id, epoch, attempt_no, key, size_bytes, sha256)
		values (${waiting}, 3, 1, ${checkpoint}, 1, 'x')`;
	await releaseTrial({ db, trialId: waiting, attemptNo: 1 });
	const needed = [
		kept,
		await put(checkpoint),
		await put(keyOf(sweepId, running, 1)),
		await put(checkpointOf(sweepId, running, 1, 1)),
		// Restored from a backup, the database may come to give out these numbers again.
		await put(keyOf(sweepId, waiting, 2)),
		await put('sweeps/swp_other/trials/trl_of_another_database/attempts/1/model.onnx'),
		await put('datasets/abc.safetensors'),
		await put('sweeps/odd'),
	];
	const orphans = [
		await put(keyOf(sweepId, done, 1)),
		await put(keyOf(sweepId, done, 2, 'half-uploaded')),
		await put(checkpointOf(sweepId, done, 1, 1)),
		await put(checkpointOf(sweepId, waiting, 1, 2)),
	];
	assert.equal(await sweepAfter(hourMs - 60_000), 0);
	assert.deepEqual(await keys(), [...needed, ...orphans].toSorted());
	assert.equal(await sweepAfter(hourMs + 60_000), orphans.length);
	assert.deepEqual(await keys(), needed.toSorted());
	assert.equal(await sweepAfter(hourMs + 60_000), 0);
	for (const key of needed) await objects.remove([key]);
});

test('what a failed attempt left is swept once the trial is tried again', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await claim(trialId);
	const key = await put(keyOf(sweepId, trialId, 1));
	const artifacts = [{ ...sampleArtifact(trialId, 1), key }];
	await failTrial({ db, trialId, attemptNo: 1, reason: 'bad_config', message: 'no', device: null, artifacts });
	assert.equal(await sweepAfter(2 * hourMs), 0);
	await retryFailed({ db, sweepId });
	assert.equal(await sweepAfter(2 * hourMs), 1);
});

test('a deleted sweep leaves nothing, not even what a fenced worker uploads afterwards', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	await claim(trialId);
	await finish(trialId, 1, await put(keyOf(sweepId, trialId, 1)));
	await deleteSweep({ db, sweepId });
	assert.equal(await sweepAfter(0), 1);
	await put(checkpointOf(sweepId, trialId, 1, 1));
	assert.equal(await sweepAfter(0), 1);
	assert.deepEqual(await keys(), []);
	const remembered = () => db.sql`select from deleted_sweep where id = ${sweepId}`;
	await sweepAfter(0);
	assert.equal((await remembered()).length, 1, 'for a day');
	await db.sql`update deleted_sweep set deleted_at = now() - interval '25 hours' where id = ${sweepId}`;
	await sweepAfter(0);
	assert.equal((await remembered()).length, 0);
});

test('stopping ends between two pages', async () => {
	const { sweepId, trialIds } = await sampleSweep(db);
	await claim(trialIds[0]!);
	await releaseTrial({ db, trialId: trialIds[0]!, attemptNo: 1 });
	await put(keyOf(sweepId, trialIds[0]!, 1));
	assert.equal(await sweepAfter(2 * hourMs, AbortSignal.abort()), 0);
	assert.equal(await sweepAfter(2 * hourMs), 1);
});
