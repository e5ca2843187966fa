import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import { type DatasetUploadInput, datasetLimits } from '@basin/core/contracts/datasets.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { DatasetFile } from '@basin/core/domain/dataset-files/read-dataset.ts';
import { datasetKey } from '@basin/core/domain/dataset-files/stored-dataset.ts';
import { getDataset } from '@basin/db/datasets/get.ts';
import { registerDataset } from '@basin/db/datasets/register.ts';
import { checkDataset } from './dataset-check.ts';
import { partKeys, partsOf, type UploadPart } from './dataset-parts.ts';
import type { ApiDeps, DatasetStore } from './deps.ts';
import { causeOf } from './log.ts';

/** One at a time: each may hold the files, the numbers and the stored form, 256 MiB each. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Makes a data set of an upload whose parts have arrived: reads, checks, stores and registers it, then deletes the parts. Asked
 * again it answers the same; after a refusal the parts may be sent again.
 * @throws BasinError `dataset_not_found`, `upload_incomplete`, `invalid_dataset`, `dataset_exists`
 */
export function finalizeDataset(deps: ApiDeps, datasetId: string): Promise<DatasetInfo> {
	const finalized = turn.then(() => finalize(deps, datasetId));
	turn = finalized.catch(() => undefined);
	return finalized;
}

async function finalize({ db, datasets, deleteObjects, log }: ApiDeps, datasetId: string): Promise<DatasetInfo> {
	const { upload, ready } = await getDataset({ db, datasetId });
	if (ready) return ready;
	const files = await readFiles(datasets, datasetId, upload);
	const { content, sha256, facts } = await checkDataset({ upload, files });
	const sizeBytes = content.byteLength;
	await datasets.write(datasetKey(sha256), content);
	const info = await registerDataset({ db, datasetId, input: { facts, sha256, sizeBytes } });
	await deleteObjects(partKeys(datasetId, upload)).catch((error: unknown) => {
		log.error('the parts of an upload remain', { datasetId, cause: causeOf(error) });
	});
	return info;
}

async function readFiles(store: DatasetStore, datasetId: string, upload: DatasetUploadInput): Promise<DatasetFile[]> {
	const files: DatasetFile[] = [];
	for (const [index, parts] of partsOf(datasetId, upload).entries()) {
		const { name, sizeBytes } = upload.files[index]!;
		files.push({ name, bytes: await readFile(store, name, sizeBytes, parts) });
	}
	return files;
}

async function readFile(
	store: DatasetStore,
	name: string,
	sizeBytes: number,
	parts: UploadPart[],
): Promise<Uint8Array> {
	const bytes = new Uint8Array(sizeBytes);
	for (const [index, part] of parts.entries()) {
		const content = await store.read(part.key, part.sizeBytes);
		if (content === null) {
			const sentence = `Part ${index + 1} of ${parts.length} of ${name} has not arrived with its ${part.sizeBytes} bytes.`;
			throw new BasinError('upload_incomplete', sentence);
		}
		bytes.set(content, index * datasetLimits.partBytes);
	}
	return bytes;
}
