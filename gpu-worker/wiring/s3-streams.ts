import type { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { DownloadStream } from '../hashed-file.ts';
import type { UploadStream } from '../s3-artifacts.ts';

/** At least S3's smallest part (5 MiB), and within the 11 MiB that small S3 servers take in one request. */
const partBytes = 8 * 1024 * 1024;

type Bucket = { s3: S3Client; bucket: string };

/** Sends a stream to an object, in parts when it is larger than one. */
export function uploadTo({ s3, bucket }: Bucket): UploadStream {
	return async ({ key, body, contentType, signal }) => {
		const params = { Bucket: bucket, Key: key, Body: body, ContentType: contentType };
		const upload = new Upload({ client: s3, params, partSize: partBytes, queueSize: 2 });
		signal.addEventListener('abort', () => void upload.abort(), { once: true });
		await upload.done();
	};
}

/** Opens an object as a stream; null when there is none. */
export function downloadFrom({ s3, bucket }: Bucket): DownloadStream {
	return async ({ key, signal }) => {
		const found = await s3
			.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal })
			.catch((error: Error) => {
				if (error.name === 'NoSuchKey') return null;
				throw error;
			});
		return (found?.Body as Readable | undefined) ?? null;
	};
}

/** Deletes an object (one that is gone already is no error), and lists the keys that begin so. */
export function tidying({ s3, bucket }: Bucket) {
	return {
		remove: async (key: string) => {
			await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
		},
		list: async (prefix: string) => {
			const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
			return Contents.map(({ Key }) => Key!);
		},
	};
}
