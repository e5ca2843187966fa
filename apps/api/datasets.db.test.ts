import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DatasetInfo, DatasetPage, Sweep } from '@basin/core/contracts/api.ts';
import {
	DatasetContent,
	DatasetUpload,
	DeletedDataset,
	datasetLimits,
	StoredPart,
} from '@basin/core/contracts/datasets.ts';
import { encodeSafetensors } from '@basin/core/domain/dataset-files/safetensors.ts';
import { decodeDataset } from '@basin/core/domain/dataset-files/stored-dataset.ts';
import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { untilBlocked } from '../../tests/support/locks.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { createDeleteObjects } from './adapters/s3.ts';
import { createDatasetStore } from './adapters/s3-datasets.ts';
import { post, read, readProblem, smallSpec, testApp } from './testing/app.ts';
import { testCloud } from './testing/cloud.ts';

const { db } = await testDatabase();
const { s3, bucket } = await testCloud();
const { app } = testApp({
	db,
	datasets: createDatasetStore({ s3, bucket }),
	deleteObjects: createDeleteObjects({ s3, bucket }),
});

type File = { name: string; bytes: Uint8Array };
const csv = (rows: string[]): File => ({ name: 'points.csv', bytes: Buffer.from(['x,y,label', ...rows].join('\n')) });
/** Two classes of five points; `seed` makes another content. */
const points = (seed = 0) => csv(Array.from({ length: 10 }, (_, index) => `${index},${seed},${index % 2}`));

async function announce(name: string, files: File[], extra: object = {}) {
	const sizes = files.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length }));
	return post(app, '/v1/datasets', { name, format: 'csv', files: sizes, ...extra });
}

async function send({ files }: DatasetUpload, contents: File[]): Promise<void> {
	for (const [index, { parts }] of files.entries()) {
		let start = 0;
		for (const { url, sizeBytes } of parts) {
			const body = contents[index]!.bytes.slice(start, start + sizeBytes);
			assert.equal((await fetch(url, { method: 'PUT', body })).status, 200);
			start += sizeBytes;
		}
	}
}

/** As a page sends it: by way of the API. */
const putPart = (id: string, file: number, part: number, body: Uint8Array<ArrayBuffer>) =>
	app.request(`/v1/datasets/${id}/files/${file}/parts/${part}`, { method: 'PUT', body });

const finalize = (id: string) => app.request(`/v1/datasets/${id}/finalize`, { method: 'POST' });
const remove = (id: string) => app.request(`/v1/datasets/${id}`, { method: 'DELETE' });

async function add(name: string, files: File[], extra: object = {}): Promise<DatasetInfo> {
	const upload = await read(await announce(name, files, extra), 201, DatasetUpload);
	await send(upload, files);
	return read(await finalize(upload.id), 200, DatasetInfo);
}

async function objects(): Promise<string[]> {
	const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
	return Contents.map(({ Key }) => Key!);
}

const listed = async () => (await read(await app.request('/v1/datasets'), 200, DatasetPage)).items;

describe('an upload', () => {
	it('becomes a data set that is listed, whose content is stored under its hash, and whose parts are gone', async () => {
		const info = await add('points', [points()], { testFraction: 0.2 });
		assert.deepEqual(
			[info.name, info.inputShape, info.classes, info.trainSize, info.testSize],
			['points', [2], 2, 8, 2],
		);
		assert.deepEqual((await listed()).at(-1), info);
		assert.deepEqual(await objects(), [`datasets/${info.sha256}.safetensors`]);
		const stored = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: (await objects())[0]! }));
		const content = await stored.Body!.transformToByteArray();
		assert.equal(createHash('sha256').update(content).digest('hex'), info.sha256);
		assert.deepEqual([...decodeDataset(content, 'stored').test.values], [8, 0, 9, 0]);
	});

	it('can be fetched again as it was stored, from when it is a data set', async () => {
		const files = [points(7)];
		const upload = await read(await announce('fetched', files), 201, DatasetUpload);
		const content = () => app.request(`/v1/datasets/${upload.id}/content`);
		await readProblem(await content(), 409, 'upload_incomplete');
		await send(upload, files);
		const { sha256 } = await read(await finalize(upload.id), 200, DatasetInfo);
		const link = await read(await content(), 200, DatasetContent);
		assert.deepEqual([link.name, link.sha256], ['fetched', sha256]);
		assert.ok(link.url.includes(`datasets/${sha256}.safetensors`), link.url);
	});

	it('larger than one part arrives whole', async () => {
		const values = Uint8Array.from({ length: 2 * datasetLimits.partBytes }, (_, index) => (index * 31) % 251);
		const count = values.length / 1024;
		const labels = Uint8Array.from({ length: count }, (_, index) => index % 3);
		const arrays = new Map([
			['x', { shape: [count, 32, 32], values }],
			['y', { shape: [count], values: labels }],
		]);
		const file = { name: 'large.safetensors', bytes: encodeSafetensors(arrays, {}) };
		const info = await add('large', [file], { format: 'safetensors' });
		assert.deepEqual([info.inputShape, info.classes, info.trainSize + info.testSize], [[32, 32, 1], 3, count]);
		const key = `datasets/${info.sha256}.safetensors`;
		const stored = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
		const { train, inputScale } = decodeDataset(await stored.Body!.transformToByteArray(), key);
		assert.equal(inputScale, 1 / 255);
		assert.deepEqual(Buffer.from(train.values.subarray(0, 1024)), Buffer.from(values.subarray(0, 1024)));
	});

	it('finalized again answers the same', async () => {
		const files = [points(1)];
		const upload = await read(await announce('again', files), 201, DatasetUpload);
		await send(upload, files);
		const both = await Promise.all([finalize(upload.id), finalize(upload.id)]);
		const [first, second] = await Promise.all(both.map((response) => read(response, 200, DatasetInfo)));
		assert.deepEqual(second, first);
	});

	it('that is not complete says which part is missing, and can be completed', async () => {
		const files = [points(2)];
		const upload = await read(await announce('late', files), 201, DatasetUpload);
		const { detail } = await readProblem(await finalize(upload.id), 409, 'upload_incomplete');
		assert.match(detail, /^Part 1 of 1 of points\.csv has not arrived with its \d+ bytes\.$/);
		await fetch(upload.files[0]!.parts[0]!.url, { method: 'PUT', body: 'too short' });
		await readProblem(await finalize(upload.id), 409, 'upload_incomplete');
		await send(upload, files);
		await read(await finalize(upload.id), 200, DatasetInfo);
	});

	it('that is no data set is refused with one sentence, and can be replaced', async () => {
		const bad = [csv(['1,NaN,0', '1,2,1'])];
		const upload = await read(await announce('bad', bad), 201, DatasetUpload);
		await send(upload, bad);
		const { detail } = await readProblem(await finalize(upload.id), 422, 'invalid_dataset');
		assert.equal(detail, 'y in line 2 of points.csv must be a finite number, but is "NaN".');
		assert.ok(!(await listed()).some(({ name }) => name === 'bad'));
		await add('bad', [points(3)]);
	});

	const refusals: [string, object, string, RegExp][] = [
		['with a name for paths', { name: '../etc' }, '/name', /^must be 1 to 63/],
		['in an unknown format', { format: 'parquet' }, '/format', /^must be "npz", "safetensors", "csv" or "idx"/],
		['without files', { files: [] }, '/files', /at least 1/],
		['too large', { files: [{ name: 'a', sizeBytes: 2 ** 30 }] }, '/files/0/sizeBytes', /at most 256 MiB/],
		[
			'too large together',
			{ files: ['a', 'b'].map((name) => ({ name, sizeBytes: 200 * 2 ** 20 })) },
			'/files',
			/at most 256 MiB together/,
		],
		['of an empty file', { files: [{ name: 'a', sizeBytes: 0 }] }, '/files/0/sizeBytes', /must not be empty/],
		['of two files of one name', { files: Array(2).fill({ name: 'a', sizeBytes: 1 }) }, '/files/1/name', /repeats/],
		['with an unknown key', { labels: 'y' }, '/labels', /is unknown/],
	];
	for (const [name, changes, pointer, sentence] of refusals) {
		it(`${name} is refused where it is wrong`, async () => {
			const body = { name: 'x', format: 'csv', files: [{ name: 'a.csv', sizeBytes: 10 }], ...changes };
			const { errors = [] } = await readProblem(await post(app, '/v1/datasets', body), 422, 'invalid_spec');
			assert.deepEqual(
				errors.map((error) => error.pointer),
				[pointer],
			);
			assert.match(errors[0]!.message, sentence);
		});
	}

	it('takes no name that is in use, not even when both were announced before', async () => {
		await readProblem(await announce('mnist', [points()]), 409, 'dataset_exists');
		const files = [points(4)];
		const [one, other] = [await announce('twice', files), await announce('twice', files)];
		const uploads = [await read(one, 201, DatasetUpload), await read(other, 201, DatasetUpload)];
		for (const upload of uploads) await send(upload, files);
		await read(await finalize(uploads[0]!.id), 200, DatasetInfo);
		await readProblem(await finalize(uploads[1]!.id), 409, 'dataset_exists');
		await readProblem(await announce('twice', files), 409, 'dataset_exists');
	});

	it('that nobody finished is forgotten a day later, with its parts', async () => {
		const files = [points(5)];
		const upload = await read(await announce('abandoned', files), 201, DatasetUpload);
		await send(upload, files);
		await db.sql`update dataset set created_at = now() - interval '25 hours' where id = ${upload.id}`;
		await announce('next', files);
		await readProblem(await finalize(upload.id), 404, 'dataset_not_found');
		assert.ok(!(await objects()).some((key) => key.includes(upload.id)));
	});
});

describe('a sweep on an uploaded data set', () => {
	const spec = (dataset: object) => ({ ...smallSpec, dataset, grid: { batchSize: ['full'] } });

	it('is planned by its sizes, and pins its content', async () => {
		const { sha256 } = await add('mine', [points(6)]);
		const sweep = await read(await post(app, '/v1/sweeps', spec({ name: 'mine', validation: 3 })), 201, Sweep);
		assert.equal(sweep.trainSize, 5);
		assert.deepEqual(sweep.spec.dataset, { name: 'mine', sha256, validation: 3, splitSeed: 0 });
		const again = await post(app, '/v1/sweeps?dryRun=true', sweep.spec);
		assert.equal(again.status, 200);
	});

	it('under an unknown name, or with other content than it says, is refused', async () => {
		const refused = async (dataset: object) => {
			const problem = await readProblem(await post(app, '/v1/sweeps', spec(dataset)), 422, 'invalid_spec');
			return problem.errors![0]!;
		};
		const unknown = await refused({ name: 'mnits' });
		assert.equal(unknown.pointer, '/dataset/name');
		assert.match(unknown.message, /^must be "mnist", .* or the name of an uploaded data set; did you mean "mnist"\?$/);
		await add('changed', [points(7)]);
		const other = await refused({ name: 'changed', sha256: '0'.repeat(64) });
		assert.match(other.message, /^is not the content of changed, which is [0-9a-f]{64}/);
		assert.match((await refused({ name: 'mnist', sha256: '0'.repeat(64) })).message, /mnist is built in$/);
		const tooMany = await refused({ name: 'changed', validation: 8 });
		assert.match(tooMany.message, /changed has 8 in its training split$/);
	});

	it('that is submitted while its data set is being deleted is refused', async () => {
		const { id } = await add('fleeting', [points(9)]);
		const [begun, submittedToo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
		const removal = db.sql.begin(async (tx) => {
			await tx`delete from dataset where id = ${id}`;
			begun.resolve();
			await submittedToo.promise;
		});
		await begun.promise;
		const submission = post(app, '/v1/sweeps', spec({ name: 'fleeting', validation: 3 }));
		await untilBlocked(db);
		submittedToo.resolve();
		await removal;
		const { errors } = await readProblem(await submission, 422, 'invalid_spec');
		assert.deepEqual(errors, [{ pointer: '/dataset/name', message: 'names fleeting, which was deleted just now' }]);
	});

	it('keeps it from being deleted until it has ended; content that another name shares stays', async () => {
		const { id, sha256 } = await add('needed', [points(8)]);
		const twin = await add('twin', [points(8)]);
		assert.equal(twin.sha256, sha256);
		const sweep = await read(await post(app, '/v1/sweeps', spec({ name: 'needed', validation: 3 })), 201, Sweep);
		await read(await remove(twin.id!), 200, DeletedDataset);
		assert.ok((await objects()).includes(`datasets/${sha256}.safetensors`));
		const { detail } = await readProblem(await remove(id!), 409, 'dataset_in_use');
		assert.match(detail, new RegExp(`^The sweep ${sweep.id} trains on needed`));
		assert.ok((await listed()).some(({ name }) => name === 'needed'));
		await cancelSweep({ db, sweepId: sweep.id });
		await read(await remove(id!), 200, DeletedDataset);
		assert.ok(!(await objects()).includes(`datasets/${sha256}.safetensors`));
		await readProblem(await remove(id!), 404, 'dataset_not_found');
	});

	it('that had ended runs again only while the data set is there, which is then needed again', async () => {
		const { id } = await add('rerun', [points(10)]);
		const body = { ...spec({ name: 'rerun', validation: 3 }), seeds: [0] };
		const sweep = await read(await post(app, '/v1/sweeps', body, { 'idempotency-key': 'rerun' }), 201, Sweep);
		const trials = await db.sql<{ id: string }[]>`select id from trial where sweep_id = ${sweep.id}`;
		const failAll = async () => {
			for (const { id: trialId } of trials) {
				const { attemptNo } = (await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 }))!;
				const end = { reason: 'bad_config' as const, message: 'no', device: null, artifacts: [] };
				await failTrial({ db, trialId, attemptNo, ...end });
			}
		};
		const retry = () => app.request(`/v1/sweeps/${sweep.id}/retry-failed`, { method: 'POST' });
		await failAll();
		assert.equal((await retry()).status, 200);
		await app.request(`/v1/sweeps/${sweep.id}/pause`, { method: 'POST' });
		await readProblem(await remove(id!), 409, 'dataset_in_use');
		await app.request(`/v1/sweeps/${sweep.id}/resume`, { method: 'POST' });
		await failAll();
		await read(await remove(id!), 200, DeletedDataset);
		const { detail } = await readProblem(await retry(), 404, 'dataset_not_found');
		assert.equal(detail, 'The data set rerun that the sweep trained on was deleted: upload it again.');
		await readProblem(await post(app, `/v1/sweeps/${sweep.id}/extend`, { seeds: [5] }), 404, 'dataset_not_found');
		// The key's answer needs no data set.
		const replayed = await post(app, '/v1/sweeps', body, { 'idempotency-key': 'rerun' });
		assert.equal((await read(replayed, 201, Sweep)).id, sweep.id);
	});
});

describe('a part sent by way of the API', () => {
	it('is what the link would have taken, and a complete data set takes no more', async () => {
		const file = points(77);
		const bytes = new Uint8Array(file.bytes);
		const upload = await read(await announce('by-page', [file]), 201, DatasetUpload);
		assert.deepEqual(await read(await putPart(upload.id, 0, 0, bytes), 200, StoredPart), {
			file: 0,
			part: 0,
			sizeBytes: bytes.length,
		});
		const info = await read(await finalize(upload.id), 200, DatasetInfo);
		assert.equal(info.name, 'by-page');
		await readProblem(await putPart(upload.id, 0, 0, bytes), 409, 'dataset_exists');
	});

	it('is refused when it is longer or shorter than announced, or no part of the upload', async () => {
		const file = points(78);
		const upload = await read(await announce('by-page-wrong', [file]), 201, DatasetUpload);
		const bytes = new Uint8Array(file.bytes);
		await readProblem(await putPart(upload.id, 0, 0, new Uint8Array(bytes.length + 1)), 413, 'body_too_large');
		await readProblem(await putPart(upload.id, 0, 0, bytes.slice(1)), 400, 'invalid_request');
		await readProblem(await putPart(upload.id, 0, 1, bytes), 404, 'dataset_not_found');
		await readProblem(await putPart(upload.id, 1, 0, bytes), 404, 'dataset_not_found');
		await readProblem(await finalize(upload.id), 409, 'upload_incomplete');
	});
});
