import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Reads an object of the bucket; null when there is none. */
export type DownloadStream = (input: { key: string; signal: AbortSignal }) => Promise<Readable | null>;

/** Writes a stream to `path`; answers the SHA-256 of what passed. */
export async function writeHashed(body: Readable, path: string, signal: AbortSignal): Promise<string> {
	const hash = createHash('sha256');
	const measure = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			hash.update(chunk);
			done(null, chunk);
		},
	});
	await pipeline(body, measure, createWriteStream(path), { signal });
	return hash.digest('hex');
}
