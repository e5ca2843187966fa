import { join } from 'node:path';
import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import { type Dataset, DatasetError, hashRows, type Rows } from './dataset.ts';
import { readIdx } from './idx.ts';

/** Four files in IDX format, named as MNIST's are. */
export interface IdxImages {
	info: DatasetInfo;
	folder: string;
	suffix: '' | '.gz';
	/** Of the published images and labels, see `hashRows`. */
	sha256: string;
	/** What to do when a file is missing, as a sentence. */
	advice: string;
}

export const idxFileNames = [
	'train-images-idx3-ubyte',
	'train-labels-idx1-ubyte',
	't10k-images-idx3-ubyte',
	't10k-labels-idx1-ubyte',
];

/** Reads grey-scale images. @throws DatasetError when a file is missing, cut short, damaged or holds something else */
export async function loadIdxImages(files: IdxImages): Promise<Dataset> {
	const { info, folder } = files;
	const { name, inputShape, classes } = info;
	const train = await readRows(files, 'train', info.trainSize);
	const test = await readRows(files, 't10k', info.testSize);
	const sha256 = hashRows(train, test);
	if (sha256 !== files.sha256) {
		throw new DatasetError(`The files in ${folder} are not the published ${info.title}: their SHA-256 is ${sha256}.`);
	}
	return { name, inputShape, classes, inputScale: 1 / 255, train, test, sha256 };
}

async function readRows(files: IdxImages, prefix: string, count: number): Promise<Rows> {
	const { info, folder, suffix, advice } = files;
	const [height, width] = info.inputShape as [number, number];
	const labelsName = `${prefix}-labels-idx1-ubyte${suffix}`;
	const values = await readIdx(join(folder, `${prefix}-images-idx3-ubyte${suffix}`), [count, height, width], advice);
	const labels = await readIdx(join(folder, labelsName), [count], advice);
	const wrong = labels.find((label) => label >= info.classes);
	if (wrong !== undefined)
		throw new DatasetError(`${labelsName} has a label ${wrong}; labels end at ${info.classes - 1}.`);
	return { values, labels, count };
}
