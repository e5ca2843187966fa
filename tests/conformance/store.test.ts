import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
	CreateMultipartUploadCommand,
	HeadObjectCommand,
	ListObjectsV2Command,
	PutObjectCommand,
	UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createDeleteObjects, createPresign } from '@basin/api/adapters/s3.ts';
import { createDatasetStore } from '@basin/api/adapters/s3-datasets.ts';
import { createObjectStore } from '@basin/api/adapters/s3-objects.ts';
import { datasetLimits } from '@basin/core/contracts/datasets.ts';
import { PermanentError } from '@basin/gpu-worker/ports.ts';
import { createS3Artifacts } from '@basin/gpu-worker/s3-artifacts.ts';
import { downloadFrom, tidying, uploadTo } from '@basin/gpu-worker/wiring/s3-streams.ts';
import { cloudServers, s3Of } from './clouds.ts';

const never = new AbortController().signal;
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const megabyte = 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), 'basin-conformance-'));
after(() => rm(folder, { recursive: true, force: true }));

let files = 0;
async function fileOf(sizeBytes: number): Promise<{ path: string; sha256: string }> {
	const bytes = randomBytes(sizeBytes);
	const path = join(folder, `${++files}`);
	await writeFile(path, bytes);
	return { path, sha256: sha256Of(bytes) };
}

/** What workers and the API rely on, whoever keeps the bucket. */
function storeSuite(name: string, { s3, bucket }: Awaited<ReturnType<typeof s3Of>>): void {
	const artifactsOf = (inBucket: string) => {
		const target = { s3, bucket: inBucket };
		return createS3Artifacts({
			upload: uploadTo(target),
			download: downloadFrom(target),
			...tidying(target),
		});
	};
	const artifacts = artifactsOf(bucket);
	const datasets = createDatasetStore({ s3, bucket });
	const presign = createPresign({ s3, bucket });
	const put = (key: string, path: string) =>
		artifacts.put({ key, name: 'model.onnx', path, contentType: 'application/x-basin', signal: never });

	for (const [size, sizeBytes] of [
		['an empty file', 0],
		['a small file', 1000],
		['a file of two parts', 9 * megabyte],
	] as const) {
		it(`${size} comes back as it was sent, under the hash, size and type that the record says`, async () => {
			const { path, sha256 } = await fileOf(sizeBytes);
			const key = `trials/trl_1/1/${sizeBytes}`;
			const record = await put(key, path);
			assert.deepEqual(record, {
				name: 'model.onnx',
				key,
				sizeBytes,
				sha256,
				contentType: 'application/x-basin',
			});
			const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
			assert.deepEqual([head.ContentLength, head.ContentType], [sizeBytes, 'application/x-basin']);
			const target = `${path}.back`;
			assert.equal(await artifacts.fetch({ key, path: target, signal: never }), sha256);
			assert.equal(sha256Of(await readFile(target)), sha256);
		});
	}

	it('a file that is sent again under its key replaces the one before', async () => {
		const [first, second] = [await fileOf(100), await fileOf(200)];
		await put('again', first.path);
		await put('again', second.path);
		assert.equal(await artifacts.fetch({ key: 'again', path: join(folder, 'again'), signal: never }), second.sha256);
	});

	it('what is not there is null for those who read it, and no error for those who delete it', async () => {
		assert.equal(await artifacts.fetch({ key: 'none', path: join(folder, 'none'), signal: never }), null);
		assert.equal(await datasets.read('none', 10), null);
		await artifacts.remove('none');
		await createDeleteObjects({ s3, bucket })(['none']);
		// S3 answers 403 where the signer may not list the bucket, and moto always.
		assert.ok([403, 404].includes((await fetch(await presign('none', 'none'))).status));
	});

	it('an upload to a bucket that is not there is refused for good, so that it is not tried for ever', async () => {
		const { path } = await fileOf(10);
		const upload = artifactsOf(`${bucket}-none`).put({
			...{ key: 'x', name: 'x', path, contentType: 'text/plain' },
			signal: never,
		});
		await assert.rejects(upload, PermanentError);
	});

	it('an upload that is given up leaves no object', async () => {
		const { path } = await fileOf(9 * megabyte);
		const gone = AbortSignal.abort();
		await assert.rejects(artifacts.put({ key: 'given-up', name: 'x', path, contentType: 'a/b', signal: gone }));
		assert.equal(await artifacts.fetch({ key: 'given-up', path: join(folder, 'given-up'), signal: never }), null);
	});

	const listsNone = /embedded|minio/.exec(name)?.[0];
	const listsUploads = listsNone ? { skip: `${listsNone} does not list the uploads in parts of a bucket` } : {};
	const datesUploads = !name.startsWith('moto'); // All are of 2010 there.
	it('an upload that a killed worker left half-way is aborted, and a younger one is not', listsUploads, async () => {
		const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'half-way' }));
		const body = randomBytes(5 * megabyte);
		const part = { Bucket: bucket, Key: 'half-way', UploadId, PartNumber: 1, Body: body };
		await s3.send(new UploadPartCommand(part));
		const { abortUploads } = createObjectStore({ s3, bucket });
		const minuteMs = 60_000;
		if (datesUploads) assert.equal(await abortUploads(new Date(Date.now() - minuteMs)), 0);
		await s3.send(new UploadPartCommand({ ...part, PartNumber: 2 }));
		assert.equal(await abortUploads(new Date(Date.now() + minuteMs)), 1);
		await assert.rejects(s3.send(new UploadPartCommand({ ...part, PartNumber: 3 })));
		assert.equal(await abortUploads(new Date(Date.now() + minuteMs)), 0);
	});

	it('a link downloads an object without credentials', async () => {
		const { path, sha256 } = await fileOf(5000);
		await put('trials/trl_2/1/weights', path);
		const response = await fetch(await presign('trials/trl_2/1/weights', 'trl_2-weights.safetensors'));
		assert.equal(response.status, 200);
		assert.equal(sha256Of(new Uint8Array(await response.arrayBuffer())), sha256);
	});

	const namesDownloads = name === 'embedded' ? { skip: 'fauxqs does not answer response-content-disposition' } : {};
	it('a link gives the download a file name', namesDownloads, async () => {
		const { path } = await fileOf(10);
		await put('trials/trl_2/1/named', path);
		const response = await fetch(await presign('trials/trl_2/1/named', 'trl_2-weights.safetensors'));
		assert.equal(response.headers.get('content-disposition'), 'attachment; filename="trl_2-weights.safetensors"');
	});

	it('a link takes the bytes of a part of a data set, and again; only the announced size is read', async () => {
		const bytes = randomBytes(datasetLimits.partBytes);
		for (const body of [randomBytes(10), bytes]) {
			const response = await fetch(await datasets.presignPut('uploads/dts_1/0-0'), { method: 'PUT', body });
			assert.equal(response.status, 200, await response.text());
		}
		const back = await datasets.read('uploads/dts_1/0-0', bytes.length);
		assert.equal(sha256Of(back as Uint8Array), sha256Of(bytes));
		assert.equal(await datasets.read('uploads/dts_1/0-0', bytes.length - 1), null);
	});

	it('a data set of several parts is written whole', async () => {
		const bytes = randomBytes(datasetLimits.partBytes * 2 + 1);
		await datasets.write('datasets/one', bytes);
		assert.equal(sha256Of((await datasets.read('datasets/one', bytes.length)) as Uint8Array), sha256Of(bytes));
	});

	it('more objects than one call takes are all deleted', async () => {
		const keys = Array.from({ length: 1001 }, (_, no) => `many/${no}`);
		for (let from = 0; from < keys.length; from += 100) {
			await Promise.all(
				keys.slice(from, from + 100).map((Key) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }))),
			);
		}
		await createDeleteObjects({ s3, bucket })(keys);
		const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'many/' }));
		assert.equal(KeyCount, 0);
	});
}

for (const server of await cloudServers()) {
	if (server.s3Endpoint === undefined) continue;
	const target = await s3Of(server);
	describe(`the store of ${server.name}`, () => storeSuite(server.name, target));
}
