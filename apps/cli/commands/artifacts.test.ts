import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { json, startServer } from '@basin/client/testing/http-server.ts';
import { trialId } from '@basin/client/testing/samples.ts';
import { callBasin, temporaryFolder } from '../testing/run-basin.ts';

/** The API and the store in one: lists `files`, and serves each, changed by `damage`. */
async function startStore(t: TestContext, files: Record<string, Buffer>, damage = (bytes: Buffer) => bytes) {
	const server = await startServer(t, (request, response) => {
		if (request.path.startsWith('/store/')) {
			const bytes = files[decodeURIComponent(request.path.slice('/store/'.length))] as Buffer;
			return void response.writeHead(200).end(damage(bytes));
		}
		const items = Object.entries(files).map(([name, bytes]) => ({
			name,
			sizeBytes: bytes.length,
			sha256: createHash('sha256').update(bytes).digest('hex'),
			contentType: 'application/octet-stream',
			url: `${server.baseUrl}/store/${encodeURIComponent(name)}`,
		}));
		return json({ items, nextCursor: null })(request, response);
	});
	return server;
}

const model = Buffer.from('weights '.repeat(100_000));
const pulls = (requests: { path: string }[]) => requests.filter(({ path }) => path.startsWith('/store/')).length;

test('artifacts pull brings every file, byte for byte, and fetches nothing twice', async (t) => {
	const files = { 'model.onnx': model, 'curves/metrics.csv': Buffer.from('epoch\n1\n'), 'empty.log': Buffer.alloc(0) };
	const store = await startStore(t, files);
	const folder = join(await temporaryFolder(t), 'new');
	const first = await callBasin(['artifacts', 'pull', trialId, '--to', folder], { url: store.baseUrl });
	assert.equal(first.code, 0, first.stderr);
	for (const [name, bytes] of Object.entries(files)) assert.deepEqual(await readFile(join(folder, name)), bytes);
	assert.deepEqual((await readdir(folder)).sort(), ['curves', 'empty.log', 'model.onnx']);
	await callBasin(['artifacts', 'pull', trialId, '--to', folder], { url: store.baseUrl });
	assert.equal(pulls(store.requests), 3);
});

test('a damaged or short download is named, leaves nothing behind and exits 1', async (t) => {
	const flipped = (bytes: Buffer) => Buffer.concat([Buffer.from('W'), bytes.subarray(1)]);
	const short = (bytes: Buffer) => bytes.subarray(0, 10);
	for (const damage of [flipped, short]) {
		const store = await startStore(t, { 'model.onnx': model }, damage);
		const folder = await temporaryFolder(t);
		const ended = await callBasin(['artifacts', 'pull', trialId, '--to', folder], { url: store.baseUrl });
		assert.equal(ended.code, 1);
		assert.match(ended.stderr, /^error: model\.onnx arrived damaged/);
		assert.deepEqual(await readdir(folder), []);
	}
});

test('a damaged download does not replace the file that is there', async (t) => {
	const store = await startStore(t, { 'model.onnx': model }, (bytes) => bytes.subarray(1));
	const folder = await temporaryFolder(t);
	await writeFile(join(folder, 'model.onnx'), 'mine');
	await callBasin(['artifacts', 'pull', trialId, '--to', folder], { url: store.baseUrl });
	assert.equal(await readFile(join(folder, 'model.onnx'), 'utf8'), 'mine');
});

test('a name never leads out of the folder', async (t) => {
	const store = await startStore(t, { 'a/../../escaped.txt': model });
	const parent = await temporaryFolder(t);
	const ended = await callBasin(['artifacts', 'pull', trialId, '--to', join(parent, 'inner')], { url: store.baseUrl });
	assert.equal(ended.code, 1);
	assert.deepEqual(await readdir(parent), []);
	assert.equal(pulls(store.requests), 0);
});

test('the table shows name, size and the whole SHA-256', async (t) => {
	const store = await startStore(t, { 'model.onnx': model });
	const ended = await callBasin(['artifacts', trialId], { url: store.baseUrl });
	const sha256 = createHash('sha256').update(model).digest('hex');
	assert.deepEqual(ended.stdout.split('\n')[1]!.split(/ {2,}/), [
		'model.onnx',
		'781 KiB',
		'application/octet-stream',
		sha256,
	]);
	assert.equal(pulls(store.requests), 0);
});
