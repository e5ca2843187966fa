import { Worker } from 'node:worker_threads';
import type { DatasetUploadInput } from '@basin/core/contracts/datasets.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { DatasetFile } from '@basin/core/domain/dataset-files/read-dataset.ts';
import type { DatasetFacts } from '@basin/db/datasets/dataset-row.ts';

export type CheckRequest = { upload: DatasetUploadInput; files: DatasetFile[] };
/** `content` is what is stored, `sha256` its hash. */
export type CheckedContent = { content: Uint8Array; sha256: string; facts: DatasetFacts };
export type CheckAnswer = { ok: true; checked: CheckedContent } | { ok: false; sentence: string };

/**
 * Reads, checks and hashes an upload in a thread of its own: seconds of work for 256 MiB, in which the API goes on answering.
 * @throws BasinError `invalid_dataset`
 */
export async function checkDataset(request: CheckRequest): Promise<CheckedContent> {
	const thread = new Worker(new URL('./dataset-check-thread.ts', import.meta.url), {
		workerData: request,
		transferList: request.files.map(({ bytes }) => bytes.buffer as ArrayBuffer),
	});
	const answer = await new Promise<CheckAnswer>((resolve, reject) => {
		thread.once('message', resolve);
		thread.once('error', reject);
	});
	if (!answer.ok) throw new BasinError('invalid_dataset', answer.sentence);
	return answer.checked;
}
