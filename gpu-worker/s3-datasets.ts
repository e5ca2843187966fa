import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { datasetKey } from '@basin/core/domain/dataset-files/stored-dataset.ts';
import { DatasetError } from './datasets/dataset.ts';
import { whileLocked } from './datasets/lock.ts';
import { pruneDatasets } from './datasets/prune.ts';
import { uploadedPath } from './datasets/uploaded.ts';
import { type DownloadStream, writeHashed } from './hashed-file.ts';
import type { DatasetShelf } from './ports.ts';

/**
 * Uploaded data sets, fetched from the bucket once for all workers of a machine: the first one to need it fetches, the others wait.
 * A file appears under its name only when its hash is right. Those that were used longest ago make room for a new one.
 */
export function createS3Datasets(input: {
	folder: string;
	/** Of all uploaded data sets that are kept. */
	limitBytes: number;
	download: DownloadStream;
}): DatasetShelf {
	const { folder, limitBytes, download } = input;
	return {
		fetch: async ({ name, sha256, signal }) => {
			const path = uploadedPath(folder, sha256);
			if (await isUsed(path)) return;
			await mkdir(dirname(path), { recursive: true });
			await whileLocked(`${path}.lock`, async () => {
				if (await isUsed(path)) return;
				const body = await download({ key: datasetKey(sha256), signal });
				if (body === null) throw new DatasetError(`The data set ${name} is no longer in the bucket: it was deleted.`);
				const arriving = `${path}.${randomUUID()}`;
				try {
					const found = await writeHashed(body, arriving, signal);
					if (found !== sha256)
						throw new DatasetError(`The data set ${name} arrived damaged, with the SHA-256 ${found}.`);
					await rename(arriving, path);
					await pruneDatasets({ folder: dirname(path), limitBytes, kept: path });
				} finally {
					await rm(arriving, { force: true });
				}
			});
		},
	};
}

/** Whether it is there; if so, it counts as used now. */
function isUsed(path: string): Promise<boolean> {
	const now = new Date();
	return utimes(path, now, now).then(
		() => true,
		() => false,
	);
}
