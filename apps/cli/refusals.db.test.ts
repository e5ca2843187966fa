import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createDatasetStore } from '@basin/api/adapters/s3-datasets.ts';
import { createApp } from '@basin/api/app.ts';
import { startServer } from '@basin/api/server.ts';
import { testCloud } from '@basin/api/testing/cloud.ts';
import { DatasetUpload } from '@basin/core/contracts/datasets.ts';
import { Problem } from '@basin/core/contracts/errors.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { callBasin, temporaryFolder } from './testing/run-basin.ts';

const { db } = await testDatabase();
const { s3, bucket } = await testCloud();

async function startApi(t: TestContext): Promise<string> {
	const silent = { info: () => {}, warn: () => {}, error: () => {} };
	const app = createApp({
		db,
		log: silent,
		presign: async () => assert.fail(),
		datasets: createDatasetStore({ s3, bucket }),
		deleteObjects: async () => {},
		ready: async () => ({ deadLettersLastDay: 0 }),
		access: { open: true },
	});
	const server = await startServer({ app, host: '127.0.0.1', port: 0 });
	t.after(() => server.stop({ graceMs: 0 }));
	return server.url;
}

const stackTrace = /^\s*at .*[:(]\d+|\.ts:\d+:\d+/m;

async function send(url: string, body: unknown): Promise<Response> {
	return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

const spec = { dataset: { name: 'mnist' }, model: { preset: 'mlp' }, grid: { batchSize: [100] } };
const dense = { type: 'dense', units: 10 };
const specs: [name: string, changes: object, pointer: string, message: RegExp][] = [
	[
		'a layer that does not exist',
		{ model: { layers: [{ type: 'flatten' }, { type: 'densee', units: 10 }] } },
		'/model/layers/1/type',
		/dense/,
	],
	[
		'a layer that does not fit what comes before it',
		{ model: { layers: [{ type: 'flatten' }, { type: 'conv2d', filters: 8, kernelSize: 3 }, dense] } },
		'/model/layers/1',
		/\[784\]/,
	],
	[
		'a kernel that is larger than its image',
		{
			model: { layers: [{ type: 'conv2d', filters: 8, kernelSize: 29, padding: 'valid' }, { type: 'flatten' }, dense] },
		},
		'/model/layers/0',
		/29.*\[28, 28, 1\]|\[28, 28, 1\].*29/,
	],
	[
		'an image that unfolds to more than a layer may hold',
		{
			model: {
				layers: [
					{ type: 'conv2d', filters: 512, kernelSize: 1 },
					{ type: 'conv2d', filters: 8, kernelSize: 15 },
					{ type: 'flatten' },
					dense,
				],
			},
		},
		'/model/layers/1',
		/\d/,
	],
	[
		'a batch that is larger than the data',
		{ grid: { batchSize: [100, 60_001] } },
		'/grid/batchSize/1',
		/54,000.*60,001/,
	],
];

for (const [name, changes, pointer, message] of specs) {
	test(`${name} is one error by REST and one by the command line, without a stack trace`, async (t) => {
		const url = await startApi(t);
		const response = await send(`${url}/v1/sweeps`, { ...spec, ...changes });
		const text = await response.text();
		assert.doesNotMatch(text, stackTrace);
		const { status, errors = [] } = Problem.parse(JSON.parse(text));
		assert.equal(status, 422, text);
		assert.equal(errors.length, 1, text);
		assert.equal(errors[0]!.pointer, pointer, text);
		assert.match(errors[0]!.message, message);

		const path = join(await temporaryFolder(t), 'sweep.json');
		await writeFile(path, JSON.stringify({ ...spec, ...changes }, null, 2));
		const ended = await callBasin(['submit', path], { url });
		assert.deepEqual([ended.code, ended.stdout], [4, '']);
		assert.doesNotMatch(ended.stderr, stackTrace);
		assert.equal(ended.stderr.match(/^error: /gm)?.length, 1, ended.stderr);
		assert.equal(ended.stderr.match(/sweep\.json:\d+ /g)?.length, 1, ended.stderr);
		assert.ok(ended.stderr.includes(errors[0]!.message), ended.stderr);
	});
}

const files: [name: string, content: string | Uint8Array, message: RegExp][] = [
	['points.npz', 'this is no zip', /^points\.npz is not a whole \.npz \(zip\) file/],
	['points.safetensors', Buffer.alloc(64, 255), /^points\.safetensors is not a safetensors file/],
	['points.csv', '1,2,0\n3,4,1\n', /^The first line of points\.csv must name the columns/],
	['train-images-idx3-ubyte', 'PK no magic number', /^train-images-idx3-ubyte is not an IDX file/],
];

for (const [file, content, message] of files) {
	test(`${file} with a wrong header is one error by REST and one by the command line, without a stack trace`, async (t) => {
		const url = await startApi(t);
		const folder = await temporaryFolder(t);
		const isIdx = file.includes('idx');
		const contents: [string, Uint8Array][] = [[file, Buffer.from(content)]];
		if (isIdx) contents.push(['train-labels-idx1-ubyte', Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 0, 1])]);
		for (const [name, bytes] of contents) await writeFile(join(folder, name), bytes);

		const paths = contents.map(([name]) => join(folder, name));
		const ended = await callBasin(['dataset', 'add', ...paths, '--name', 'by-command'], { url });
		assert.deepEqual([ended.code, ended.stdout], [4, ''], ended.stderr);
		assert.doesNotMatch(ended.stderr, stackTrace);
		const sentences = [...ended.stderr.matchAll(/^error: (.*)$/gm)].map(([, sentence]) => sentence!);
		assert.equal(sentences.length, 1, ended.stderr);
		assert.match(sentences[0]!, message);

		const format = isIdx ? 'idx' : file.split('.').at(-1);
		const announced = contents.map(([name, bytes]) => ({ name, sizeBytes: bytes.length }));
		const answer = await send(`${url}/v1/datasets`, { name: 'by-rest', format, files: announced });
		const upload = DatasetUpload.parse(await answer.json());
		for (const [index, [, bytes]] of contents.entries())
			await fetch(upload.files[index]!.parts[0]!.url, { method: 'PUT', body: Uint8Array.from(bytes) });
		const refused = await fetch(`${url}/v1/datasets/${upload.id}/finalize`, { method: 'POST' });
		const text = await refused.text();
		assert.doesNotMatch(text, stackTrace);
		const problem = Problem.parse(JSON.parse(text));
		assert.deepEqual([problem.status, problem.code, problem.detail], [422, 'invalid_dataset', sentences[0]]);
	});
}
