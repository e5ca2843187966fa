import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import { datasets } from '@basin/core/domain/datasets.ts';
import { type Dataset, DatasetError, type DatasetSources } from './dataset.ts';
import { type IdxImages, idxFileNames, loadIdxImages } from './idx-images.ts';
import { whileLocked } from './lock.ts';

/** Where the published files are: Debian's package puts them into `systemFolder`, and the authors serve them from `url`. */
export const fashionMnist = {
	info: datasets['fashion-mnist'] as DatasetInfo,
	sha256: 'ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f',
	systemFolder: '/usr/share/datasets/fashion-mnist',
	url: 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com',
};

const suffix = '.gz';
const downloadTimeoutMs = 15 * 60_000;

/**
 * All 70,000 images: from the folder of data sets, else from Debian's package, else fetched once (31 MB) into that folder.
 * The transfer need not be trusted: what arrives is compared with the published hash.
 * @throws DatasetError when a file is missing and cannot be fetched, is cut short, damaged or holds something else
 */
export async function loadFashionMnist(
	{ folder }: Pick<DatasetSources, 'folder'>,
	published = fashionMnist,
): Promise<Dataset> {
	const own = join(folder, 'fashion-mnist');
	const filesIn = (where: string): IdxImages => {
		const advice = `Put the file back, or delete ${where} to have it fetched again.`;
		return { ...published, folder: where, suffix, advice };
	};
	const present = [own, published.systemFolder].find((where) => existsSync(join(where, `${idxFileNames[0]}${suffix}`)));
	if (present !== undefined) return loadIdxImages(filesIn(present));

	await mkdir(folder, { recursive: true });
	return whileLocked(join(folder, 'fashion-mnist.lock'), async () => {
		if (existsSync(own)) return loadIdxImages(filesIn(own));
		const arriving = await mkdtemp(join(folder, 'fashion-mnist-'));
		try {
			await download(published.url, arriving, own);
			const dataset = await loadIdxImages(filesIn(arriving));
			await rename(arriving, own);
			return dataset;
		} finally {
			await rm(arriving, { recursive: true, force: true });
		}
	});
}

async function download(url: string, into: string, own: string): Promise<void> {
	const signal = AbortSignal.timeout(downloadTimeoutMs);
	for (const name of idxFileNames) {
		try {
			const response = await fetch(`${url}/${name}${suffix}`, { signal });
			if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
			await writeFile(join(into, `${name}${suffix}`), new Uint8Array(await response.arrayBuffer()));
		} catch (error) {
			throw new DatasetError(
				`Fashion-MNIST is not on this machine and could not be fetched from ${url} (${reasonOf(error)}). On Debian or Ubuntu, apt-get install dataset-fashion-mnist brings it; elsewhere put its four .gz files into ${own}.`,
			);
		}
	}
}

/** `fetch` says "fetch failed" and keeps the reason inside. */
function reasonOf(error: unknown): string {
	const { cause, message } = error as Error;
	return cause instanceof Error ? cause.message : message;
}
