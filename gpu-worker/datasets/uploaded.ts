import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeDataset } from '@basin/core/domain/dataset-files/stored-dataset.ts';
import { type Dataset, DatasetError } from './dataset.ts';

/** Where a worker keeps the content of an uploaded data set; its name is the hash of it. */
export function uploadedPath(folder: string, sha256: string): string {
	return join(folder, 'uploaded', `${sha256}.safetensors`);
}

/** Reads what the worker has fetched. @throws DatasetError when it is missing or damaged */
export async function loadUploaded(folder: string, name: string, sha256: string): Promise<Dataset> {
	const path = uploadedPath(folder, sha256);
	const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
		throw new DatasetError(`The data set ${name} cannot be read from ${path} (${error.code}).`);
	});
	if (createHash('sha256').update(file).digest('hex') !== sha256) {
		throw new DatasetError(`The data set ${name} is damaged on this machine: delete ${path} to have it fetched again.`);
	}
	return { name, sha256, ...decodeDataset(file, path) };
}
