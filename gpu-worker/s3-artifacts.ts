import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type DownloadStream, writeHashed } from './hashed-file.ts';
import { type ArtifactStore, PermanentError } from './ports.ts';

/** Stores a stream of unknown length, in parts where it is large. */
export type UploadStream = (input: {
	key: string;
	body: Readable;
	contentType: string;
	signal: AbortSignal;
}) => Promise<void>;

/** An S3 bucket, or anything that speaks its protocol. The hash is of the bytes that were sent, taken while they pass. */
export function createS3Artifacts(bucket: {
	upload: UploadStream;
	download: DownloadStream;
	remove: (key: string) => Promise<void>;
	/** Keys that begin so, at most a thousand. */
	list: (prefix: string) => Promise<string[]>;
}): ArtifactStore {
	const { upload, download, remove, list } = bucket;
	return {
		put: async ({ key, name, path, contentType, signal }) => {
			const hash = createHash('sha256');
			let sizeBytes = 0;
			const measure = new Transform({
				transform(chunk: Buffer, _encoding, done) {
					hash.update(chunk);
					sizeBytes += chunk.length;
					done(null, chunk);
				},
			});
			const abort = new AbortController();
			const either = AbortSignal.any([signal, abort.signal]);
			const read = pipeline(createReadStream(path), measure, { signal: either });
			const stored = upload({ key, body: measure, contentType, signal }).finally(() => abort.abort());
			const [, sent] = await Promise.allSettled([read, stored]);
			if (sent.status === 'rejected') throw permanentIfRefused(sent.reason);
			return { name, key, sizeBytes, sha256: hash.digest('hex'), contentType };
		},
		fetch: async ({ key, path, signal }) => {
			try {
				const body = await download({ key, signal });
				return body && (await writeHashed(body, path, signal));
			} catch (error) {
				throw permanentIfRefused(error);
			}
		},
		remove,
		removeUnder: async (prefix, isUnwanted) => {
			for (const key of (await list(prefix)).filter(isUnwanted)) await remove(key);
		},
	};
}

/** A refusal of the request itself stays a refusal; time-outs, throttling and the store's own errors pass. */
function permanentIfRefused(error: unknown): unknown {
	const status = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
	const code = (error as NodeJS.ErrnoException | null)?.code;
	const refused = status !== undefined && status >= 400 && status < 500 && ![404, 408, 425, 429].includes(status);
	const noBucket = (error as Error | null)?.name === 'NoSuchBucket';
	if (!refused && !noBucket && code !== 'ENOENT') return error;
	return new PermanentError(error instanceof Error ? error.message : String(error), { cause: error });
}
