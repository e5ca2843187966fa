import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { json, problem, startServer } from '@basin/client/testing/http-server.ts';
import { datasetLimits } from '@basin/core/contracts/datasets.ts';
import { callBasin, temporaryFolder } from '../testing/run-basin.ts';

const id = `dts_${'0'.repeat(26)}`;
const info = (name: string, own: boolean) => ({
	name,
	title: name,
	description: 'Points.',
	inputShape: [2],
	classes: 3,
	trainSize: 80,
	testSize: 20,
	id: own ? id : null,
	sha256: own ? 'a'.repeat(64) : null,
});

/** The API and the store in one. `refusals`: status of the first answers to a part. */
async function startApi(t: TestContext, refusals: number[] = []) {
	const parts = new Map<string, Buffer>();
	const announced: Record<string, unknown>[] = [];
	const server = await startServer(t, async (request, response) => {
		const { method, path } = request;
		if (method === 'PUT') {
			const status = refusals.shift() ?? 200;
			if (status === 200) parts.set(path, Buffer.from(request.bytes));
			return void response.writeHead(status).end();
		}
		if (method === 'POST' && path === '/v1/datasets') {
			const body = JSON.parse(request.body) as { name: string; files: { name: string; sizeBytes: number }[] };
			announced.push(body);
			if (body.name === 'mnist')
				return problem(409, 'dataset_exists', 'mnist is a built-in data set.')(request, response);
			const files = body.files.map(({ name, sizeBytes }, file) => {
				const count = Math.ceil(sizeBytes / datasetLimits.partBytes);
				const sizeOf = (part: number) => Math.min(datasetLimits.partBytes, sizeBytes - part * datasetLimits.partBytes);
				const linkOf = (part: number) => ({ url: `${server.baseUrl}/put/${file}-${part}`, sizeBytes: sizeOf(part) });
				return { name, parts: Array.from({ length: count }, (_, part) => linkOf(part)) };
			});
			const upload = { id, name: body.name, expiresAt: '2026-01-31T12:00:00.000Z', files };
			return json(upload, 201)(request, response);
		}
		if (method === 'POST') return json(info('points', true))(request, response);
		if (method === 'DELETE') return json({ id, name: 'points' })(request, response);
		return json({ items: [info('mnist', false), info('points', true)], nextCursor: null })(request, response);
	});
	return { server, parts, announced };
}

test('dataset add sends the file in parts, byte for byte, and says what came of it', async (t) => {
	const { server, parts, announced } = await startApi(t, [503, 200, 500]);
	const path = join(await temporaryFolder(t), 'points.npz');
	const bytes = Buffer.from(Uint8Array.from({ length: datasetLimits.partBytes + 1000 }, (_, index) => index % 251));
	await writeFile(path, bytes);
	const args = ['dataset', 'add', path, '--name', 'points', '--shape', '2', '--test-fraction', '0.25'];
	const ended = await callBasin(args, { url: server.baseUrl });
	assert.equal(ended.code, 0, ended.stderr);
	assert.equal(ended.stdout, 'Added points: 2, 3 classes, 80 for training and 20 for test.\n');
	const files = [{ name: 'points.npz', sizeBytes: bytes.length }];
	assert.deepEqual(announced, [{ name: 'points', format: 'npz', files, inputShape: [2], testFraction: 0.25 }]);
	assert.ok(Buffer.concat([parts.get('/put/0-0')!, parts.get('/put/0-1')!]).equals(bytes));
});

test('IDX files go up together, each under its name', async (t) => {
	const { server, announced } = await startApi(t);
	const folder = await temporaryFolder(t);
	const names = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'];
	for (const name of names) await writeFile(join(folder, name), name);
	const paths = names.map((name) => join(folder, name));
	const ended = await callBasin(['dataset', 'add', ...paths, '--name', 'points', '--json'], { url: server.baseUrl });
	assert.deepEqual(JSON.parse(ended.stdout), info('points', true));
	assert.equal(announced[0]!.format, 'idx');
	assert.deepEqual(
		announced[0]!.files,
		names.map((name) => ({ name, sizeBytes: name.length })),
	);
});

test('what cannot be sent ends with code 4 and one sentence', async (t) => {
	const { server } = await startApi(t);
	const folder = await temporaryFolder(t);
	const unclear = join(folder, 'points.bin');
	await writeFile(unclear, 'x');
	const cases: [string[], RegExp][] = [
		[[join(folder, 'none.csv'), '--name', 'a'], /^error: .*none\.csv cannot be read \(ENOENT\)\.\n$/],
		[
			[unclear, '--name', 'a'],
			/^error: The format of .*points\.bin is not clear from its name\.\nhint: name it with --format\.\n$/,
		],
		[[unclear], /required option '--name <name>' not specified/],
		[[unclear, '--name', 'a', '--format', 'xml'], /Allowed choices are npz, safetensors, csv, idx/],
		[[unclear, '--name', 'mnist', '--format', 'csv'], /^error: mnist is a built-in data set\.\n/],
	];
	for (const [args, message] of cases) {
		const ended = await callBasin(['dataset', 'add', ...args], { url: server.baseUrl });
		assert.equal(ended.code, 4, ended.stderr);
		assert.match(ended.stderr, message);
	}
});

test('a store that refuses a part is named, and ends with code 1', async (t) => {
	const { server } = await startApi(t, [403]);
	const path = join(await temporaryFolder(t), 'points.csv');
	await writeFile(path, 'a,label\n');
	const ended = await callBasin(['dataset', 'add', path, '--name', 'points'], { url: server.baseUrl });
	assert.equal(ended.code, 1);
	assert.match(ended.stderr, /^error: The store answered 403 to a part of .*points\.csv\.\n$/);
});

test('dataset list shows built-in and uploaded ones, and dataset delete takes an uploaded one by its name', async (t) => {
	const { server } = await startApi(t);
	const run = (...args: string[]) => callBasin(['dataset', ...args], { url: server.baseUrl });
	const { stdout } = await run('list');
	assert.match(
		stdout,
		/^Name +Example +Classes +Train +Test +From *\nmnist .* built in *\npoints +2 +3 +80 +20 +uploaded *\n$/,
	);
	assert.equal((await run('delete', 'points')).stdout, 'Deleted points.\n');
	assert.match((await run('delete', 'mnist')).stderr, /^error: mnist is built in and cannot be deleted\./);
	assert.match(
		(await run('delete', 'other')).stderr,
		/^error: There is no data set named other\.\nhint: "basin dataset list"/,
	);
});
