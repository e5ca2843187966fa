import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { datasetLimits } from '@basin/core/contracts/datasets.ts';
import type { DatasetStore } from '../deps.ts';

/** Of what is stored in one piece: at least S3's smallest part (5 MiB), and within what small S3 servers take. */
const storedPartBytes = 8 * 1024 * 1024;

/**
 * The bucket's side of uploads. The client must be made with `requestChecksumCalculation: 'WHEN_REQUIRED'`: otherwise a link to
 * upload carries the checksum of an empty body.
 */
export function createDatasetStore({ s3, bucket }: { s3: S3Client; bucket: string }): DatasetStore {
	return {
		presignPut: (key) =>
			getSignedUrl(s3, new PutObjectCommand({ Bucket: bucket, Key: key }), { expiresIn: datasetLimits.uploadSeconds }),
		read: async (key, sizeBytes) => {
			const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })).catch((error: Error) => {
				if (error.name === 'NoSuchKey') return null;
				throw error;
			});
			if (found === null) return null;
			if (found.ContentLength !== sizeBytes) {
				// The rest is not wanted: an open stream would hold a connection.
				(found.Body as { destroy?: () => void } | undefined)?.destroy?.();
				return null;
			}
			return (await found.Body?.transformToByteArray()) ?? null;
		},
		write: async (key, body) => {
			const params = { Bucket: bucket, Key: key, Body: body, ContentType: 'application/octet-stream' };
			await new Upload({ client: s3, params, partSize: storedPartBytes, queueSize: 2 }).done();
		},
	};
}
