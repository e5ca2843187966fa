import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, beforeEach, test } from 'node:test';
import { datasetKey, encodeDataset } from '@basin/core/domain/dataset-files/stored-dataset.ts';
import { createDatasetLoader } from './datasets/load.ts';
import { uploadedPath } from './datasets/uploaded.ts';
import { describeDevice } from './device.ts';
import { createOnnxEngine } from './engines/onnx/engine.ts';
import { withDatasets } from './fetching-trainer.ts';
import type { Trainer, TrainingOutcome } from './ports.ts';
import { runTrial } from './run-trial.ts';
import { createS3Datasets } from './s3-datasets.ts';
import { assignmentOf, undisturbedTraining } from './testing/memory-ports.ts';

const folders: string[] = [];
let folder = '';
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'basin-uploaded-'));
	folders.push(folder);
});
after(async () => {
	for (const each of folders) await rm(each, { recursive: true });
});

/** Points on a line, the class by their sign: learnt in an epoch. */
function line(count: number) {
	const values = Float32Array.from({ length: count }, (_, index) => ((index * 7) % count) / count - 0.5);
	return { values, labels: Uint8Array.from(values, (value) => (value < 0 ? 0 : 1)), count };
}
const dataset = { inputShape: [1], classes: 2, inputScale: 4, train: line(1000), test: line(200) };
const content = encodeDataset(dataset);
const sha256 = createHash('sha256').update(content).digest('hex');
const limitBytes = 2 ** 30;
const wanted = { name: 'line', sha256, signal: new AbortController().signal };

/** A bucket with one object. */
function bucketWith(body: Uint8Array | null) {
	const keys: string[] = [];
	const download = async ({ key }: { key: string }) => {
		keys.push(key);
		return body && Readable.from([Buffer.from(body.subarray(0, 100)), Buffer.from(body.subarray(100))]);
	};
	return { keys, download };
}

const load = () => createDatasetLoader({ folder, fetchPackage: async () => assert.fail() })({ name: 'line', sha256 });
const kept = async () => (await readdir(join(folder, 'uploaded'))).filter((name) => !name.endsWith('.lock'));

test('an uploaded data set is fetched once for the workers of a machine, and trained on as it was uploaded', async () => {
	const { keys, download } = bucketWith(content);
	const shelf = createS3Datasets({ folder, limitBytes, download });
	await Promise.all([shelf.fetch(wanted), createS3Datasets({ folder, limitBytes, download }).fetch(wanted)]);
	await shelf.fetch(wanted);
	assert.deepEqual(keys, [datasetKey(sha256)]);
	assert.deepEqual(await load(), { name: 'line', sha256, ...dataset });

	const engine = createOnnxEngine({ threads: 1 });
	try {
		const outcome = await runTrial(
			{
				...assignmentOf('trl_1'),
				dataset: { name: 'line', sha256, validation: 0.1, splitSeed: 0 },
				configuration: { batchSize: 10, eta: 0.5, lambda: 0 },
			},
			{
				engine,
				device: describeDevice(engine, { threads: 1, slots: 1 }),
				loadDataset: load,
				outputDir: folder,
				gitCommit: null,
				onEpoch: async () => {},
			},
		);
		assert.ok(outcome.type === 'finished' && outcome.result.testAccuracy! > 0.97, JSON.stringify(outcome));
	} finally {
		await engine.close();
	}
});

test('content that is gone from the bucket, or arrives damaged, is one sentence, and nothing is kept', async () => {
	const gone = createS3Datasets({ folder, limitBytes, download: bucketWith(null).download });
	await assert.rejects(
		gone.fetch(wanted),
		/^DatasetError: The data set line is no longer in the bucket: it was deleted\.$/,
	);
	const damaged = createS3Datasets({ folder, limitBytes, download: bucketWith(content.slice(0, -1)).download });
	await assert.rejects(
		damaged.fetch(wanted),
		/^DatasetError: The data set line arrived damaged, with the SHA-256 [0-9a-f]{64}\.$/,
	);
	assert.deepEqual(await kept(), []);
	await createS3Datasets({ folder, limitBytes, download: bucketWith(content).download }).fetch(wanted);
	assert.deepEqual(await kept(), [`${sha256}.safetensors`]);
});

test('a data set that was damaged on this machine is not trained on', async () => {
	await createS3Datasets({ folder, limitBytes, download: bucketWith(content).download }).fetch(wanted);
	const other = Uint8Array.from(content);
	other[content.length - 1]! ^= 1;
	await writeFile(uploadedPath(folder, sha256), other);
	await assert.rejects(
		load(),
		/^DatasetError: The data set line is damaged on this machine: delete .* to have it fetched again\.$/,
	);
});

test('a transfer that is stopped keeps nothing', async () => {
	const stop = new AbortController();
	const never = new Readable({ read: () => stop.abort() });
	const shelf = createS3Datasets({ folder, limitBytes, download: async () => never });
	await assert.rejects(shelf.fetch({ ...wanted, signal: stop.signal }), { name: 'AbortError' });
	assert.deepEqual(await kept(), []);
});

/** A trainer that notes what it was given. */
function notingTrainer() {
	const trained: string[] = [];
	const outcome: TrainingOutcome = { type: 'stopped' };
	const trainer: Trainer = {
		ready: async () => assert.fail(),
		train: async ({ assignment }) => {
			trained.push(assignment.trialId);
			return outcome;
		},
		close: async () => {},
	};
	return { trained, trainer };
}

test('where uploaded data sets take too much room, those that were used longest ago are removed, and fetched again when needed', async () => {
	const shelf = (limit: number, body: Uint8Array) =>
		createS3Datasets({ folder, limitBytes: limit, download: bucketWith(body).download });
	const bodies = ['one', 'two', 'three'].map((text) => Buffer.from(text.padEnd(100)));
	const hashes = bodies.map((body) => createHash('sha256').update(body).digest('hex'));
	const fetch = (place: number, limit: number) =>
		shelf(limit, bodies[place]!).fetch({ ...wanted, sha256: hashes[place]! });
	const past = (seconds: number) => new Date(Date.now() - seconds * 1000);
	await fetch(0, 250);
	await fetch(1, 250);
	await utimes(uploadedPath(folder, hashes[0]!), past(20), past(20));
	await utimes(uploadedPath(folder, hashes[1]!), past(10), past(10));
	await fetch(0, 250);
	await fetch(2, 250);
	assert.deepEqual((await kept()).sort(), [hashes[0], hashes[2]].map((hash) => `${hash}.safetensors`).sort());
	await fetch(1, 50);
	assert.deepEqual(await kept(), [`${hashes[1]}.safetensors`], 'the one that is needed stays, whatever its size');
});

test('the trainer is asked only when the data set is there; a built-in one is its own matter', async () => {
	const fetched: string[] = [];
	const { trained, trainer } = notingTrainer();
	let fails = false;
	const fetching = withDatasets({
		trainer,
		datasets: {
			fetch: async (input) => {
				fetched.push(input.sha256);
				if (fails) throw new Error('the bucket is away');
			},
		},
	});
	const train = (trialId: string, own: boolean, signal = wanted.signal) =>
		fetching.train({
			...undisturbedTraining,
			assignment: {
				...assignmentOf(trialId),
				...(own && { dataset: { name: 'line', sha256, validation: 0.1, splitSeed: 0 } }),
			},
			outputDir: folder,
			signal,
			onEpoch: () => {},
		});
	await train('built-in', false);
	assert.deepEqual(fetched, []);
	await train('own', true);
	assert.deepEqual([trained, fetched], [['built-in', 'own'], [sha256]]);
	fails = true;
	const crashed = { type: 'crashed', reason: 'infrastructure', message: 'the bucket is away' };
	assert.deepEqual(await train('away', true), crashed);
	assert.deepEqual(await train('stopped', true, AbortSignal.abort()), { type: 'stopped' });
	assert.deepEqual(trained, ['built-in', 'own']);
});
