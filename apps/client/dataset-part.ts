import { StoredPart } from '@basin/core/contracts/datasets.ts';
import { ApiError, unreachable } from './errors.ts';
import { failureOf, parseJson, type TransportOptions } from './transport.ts';

export type PartInput = { datasetId: string; file: number; part: number; content: Blob };

const tries = 3;

/**
 * Sends a part of an upload by way of the API, for pages that may talk to their own origin only. Tried again when nothing
 * answers: a part that arrives twice replaces itself.
 * @throws ApiError when the server refuses, UnreachableError when it does not answer, the signal's reason when aborted
 */
export async function putDatasetPart(
	{ baseUrl, fetch }: Pick<TransportOptions, 'baseUrl' | 'fetch'>,
	{ datasetId, file, part, content }: PartInput,
	{ signal }: { signal?: AbortSignal | undefined } = {},
): Promise<StoredPart> {
	const path = `/v1/datasets/${encodeURIComponent(datasetId)}/files/${file}/parts/${part}`;
	for (let left = tries - 1; ; left--) {
		try {
			const response = await fetch(`${baseUrl}${path}`, {
				method: 'PUT',
				headers: { 'content-type': 'application/octet-stream' },
				body: content,
				...(signal ? { signal } : {}),
			});
			const answer = parseJson(await response.text());
			if (!response.ok) throw failureOf(baseUrl, response, answer).error;
			return StoredPart.parse(answer);
		} catch (error) {
			signal?.throwIfAborted();
			if (error instanceof ApiError && error.problem.status < 500) throw error;
			if (left === 0) throw error instanceof ApiError ? error : unreachable(baseUrl, error);
		}
	}
}
