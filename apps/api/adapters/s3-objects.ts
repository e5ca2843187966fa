import {
	AbortMultipartUploadCommand,
	ListMultipartUploadsCommand,
	ListObjectsV2Command,
	type S3Client,
} from '@aws-sdk/client-s3';
import { createDeleteObjects } from './s3.ts';

export type StoredObject = { key: string; storedAt: Date };

/** What sweeping a bucket needs of it. */
export type ObjectStore = {
	/** All objects whose key begins so, at most a thousand at a time. */
	list: (prefix: string) => AsyncIterable<StoredObject[]>;
	remove: (keys: readonly string[]) => Promise<void>;
	/** Aborts uploads in parts that were begun before then, whose parts would be kept and paid for. Answers how many. */
	abortUploads: (begunBefore: Date) => Promise<number>;
};

export function createObjectStore({ s3, bucket }: { s3: S3Client; bucket: string }): ObjectStore {
	return {
		async *list(prefix) {
			for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
				const page = await s3.send(
					new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
				);
				yield (page.Contents ?? []).map(({ Key, LastModified }) => ({ key: Key!, storedAt: LastModified! }));
				token = page.NextContinuationToken;
			}
		},
		remove: createDeleteObjects({ s3, bucket }),
		async abortUploads(begunBefore) {
			// One page, up to a thousand: what is aborted is not on the next hour's. fauxqs lists none.
			const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
			const old = Uploads.filter(({ Initiated }) => Initiated !== undefined && Initiated < begunBefore);
			for (const { Key, UploadId } of old) {
				await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
			}
			return old.length;
		},
	};
}
