import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { datasetKey } from '@basin/core/domain/dataset-files/stored-dataset.ts';
import { DatasetError } from './datasets/dataset.ts';
import { whileLocked } from './datasets/lock.ts';
import { uploadedPath } from './datasets/uploaded.ts';
import { type DownloadStream, writeHashed } from './hashed-file.ts';
import type { DatasetShelf } from './ports.ts';

/**
 * Uploaded data sets, fetched from the bucket once for all workers of a machine: the first one to need it fetches, the others wait.
 * A file appears under its name only when its hash is right.
 */
export function createS3Datasets({ folder, download }: { folder: string; download: DownloadStream }): DatasetShelf {
	return {
		fetch: async ({ name, sha256, signal }) => {
			const path = uploadedPath(folder, sha256);
			if (await exists(path)) return;
			await mkdir(dirname(path), { recursive: true });
			await whileLocked(`${path}.lock`, async () => {
				if (await exists(path)) return;
				const body = await download({ key: datasetKey(sha256), signal });
				if (body === null) throw new DatasetError(`The data set ${name} is no longer in the bucket: it was deleted.`);
				const arriving = `${path}.${randomUUID()}`;
				try {
					const found = await writeHashed(body, arriving, signal);
					if (found !== sha256)
						throw new DatasetError(`The data set ${name} arrived damaged, with the SHA-256 ${found}.`);
					await rename(arriving, path);
				} finally {
					await rm(arriving, { force: true });
				}
			});
		},
	};
}

function exists(path: string): Promise<boolean> {
	return access(path).then(
		() => true,
		() => false,
	);
}
