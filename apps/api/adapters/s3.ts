import { DeleteObjectsCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** The contract promises links that are valid for at most five minutes. */
const linkSeconds = 300;

/** S3 deletes at most a thousand objects in one call. */
const deleteLimit = 1000;

/** Makes links that download an object under a file name, signed here without asking S3. */
export function createPresign({ s3, bucket }: { s3: S3Client; bucket: string }) {
	return (key: string, filename: string): Promise<string> => {
		const disposition = `attachment; filename="${filename.replaceAll(/[^\w.-]/g, '_')}"`;
		const command = new GetObjectCommand({ Bucket: bucket, Key: key, ResponseContentDisposition: disposition });
		return getSignedUrl(s3, command, { expiresIn: linkSeconds });
	};
}

/** Deletes objects; one that is gone already counts as deleted. @throws when S3 keeps any of them */
export function createDeleteObjects({ s3, bucket }: { s3: S3Client; bucket: string }) {
	return async (keys: readonly string[]): Promise<void> => {
		for (let from = 0; from < keys.length; from += deleteLimit) {
			const Objects = keys.slice(from, from + deleteLimit).map((Key) => ({ Key }));
			const { Errors = [] } = await s3.send(
				new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
			);
			if (Errors.length > 0) throw new Error(`${Errors.length} objects remain: ${Errors[0]?.Message}`);
		}
	};
}
