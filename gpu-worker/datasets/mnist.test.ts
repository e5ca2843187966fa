import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadMnist, mnistFolder } from './mnist.ts';

let folder = '';
before(async () => {
	folder = await mkdtemp(join(tmpdir(), 'basin-mnist-'));
});
after(() => rm(folder, { recursive: true }));

const names = [
	'train-images-idx3-ubyte',
	'train-labels-idx1-ubyte',
	't10k-images-idx3-ubyte',
	't10k-labels-idx1-ubyte',
];

async function restore(): Promise<void> {
	for (const name of names) await copyFile(join(mnistFolder(), name), join(folder, name));
}

test('MNIST is all 70,000 images, with the published number of each digit', async () => {
	const { train, test: held, sha256 } = await loadMnist();
	const histogram = (labels: Uint8Array) =>
		Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
	assert.deepEqual(histogram(train.labels), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
	assert.deepEqual(histogram(held.labels), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
	assert.equal(train.values.length, 60_000 * 784);
	assert.equal(held.values.length, 10_000 * 784);
	const mean = (train.values as Uint8Array).reduce((sum, byte) => sum + byte, 0) / train.values.length / 255;
	assert.ok(Math.abs(mean - 0.1307) < 1e-4, `mean pixel ${mean}`);
	assert.match(sha256, /^[0-9a-f]{64}$/);
});

const damages: [string, RegExp, (file: Buffer) => Buffer | null][] = [
	['missing', /Cannot read .*t10k-labels.* \(ENOENT\)\. Run npm install again/, () => null],
	['cut short', /t10k-labels.* has 9000 bytes in place of 10008/, (file) => file.subarray(0, 9000)],
	['of another format', /t10k-labels.* is not an IDX file/, (file) => Buffer.concat([Buffer.from('PK'), file])],
	['empty', /t10k-labels.* is not an IDX file/, () => Buffer.alloc(0)],
	[
		'the wrong one',
		/t10k-labels.* holds \[9999\], but \[10000\] is expected/,
		(file) => {
			const other = Buffer.from(file);
			other.writeUInt32BE(9999, 4);
			return other;
		},
	],
	[
		'labelled beyond 9',
		/has a label 10; labels end at 9/,
		(file) => {
			const other = Buffer.from(file);
			other[500] = 10;
			return other;
		},
	],
];

test('MNIST with one pixel changed is not MNIST', async () => {
	await restore();
	const path = join(folder, 't10k-images-idx3-ubyte');
	const file = await readFile(path);
	file[5000]! ^= 1;
	await writeFile(path, file);
	await assert.rejects(loadMnist(folder), { name: 'DatasetError', message: /are not the published MNIST/ });
});

for (const [name, message, damage] of damages) {
	test(`a file that is ${name} is refused with its name and what is wrong`, async () => {
		await restore();
		const path = join(folder, 't10k-labels-idx1-ubyte');
		const damaged = damage(await readFile(path));
		await rm(path);
		if (damaged) await writeFile(path, damaged);
		await assert.rejects(loadMnist(folder), { name: 'DatasetError', message });
	});
}
