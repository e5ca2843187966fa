import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after } from 'node:test';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';
import { startQueueAndObjects } from '@basin/local/services/queue-and-objects.ts';
import { z } from 'zod';

/** Servers that `run.ts` has started, by what they speak; the credentials are whatever they accept. */
export const ForeignServers = z.array(
	z.object({
		name: z.string(),
		sqsEndpoint: z.string().optional(),
		s3Endpoint: z.string().optional(),
		/** AWS Batch and EventBridge. */
		batchEndpoint: z.string().optional(),
		credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
	}),
);
export type ForeignServer = z.infer<typeof ForeignServers>[number];

export const foreignServersVariable = 'BASIN_CONFORMANCE_SERVERS';

const region = 'us-east-1';

/** The embedded server, started for this file with the settings of `npm start`, and the foreign ones that are running. */
export async function cloudServers(): Promise<ForeignServer[]> {
	const folder = await mkdtemp(join(tmpdir(), 'basin-conformance-'));
	const folders = { queueDir: join(folder, 'queue'), objectsDir: join(folder, 'objects') };
	const embedded = await startQueueAndObjects({ ...folders, port: 0, region, queueName: 'first', bucket: 'first' });
	after(async () => {
		await embedded.stop();
		await rm(folder, { recursive: true, force: true });
	});
	const endpoint = `http://127.0.0.1:${embedded.port}`;
	const credentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };
	return [{ name: 'embedded', sqsEndpoint: endpoint, s3Endpoint: endpoint, credentials }, ...foreignServers()];
}

/** Those that `run.ts` has started alone: none in `npm test`. */
export function foreignServers(): ForeignServer[] {
	return ForeignServers.parse(JSON.parse(process.env[foreignServersVariable] ?? '[]'));
}

let made = 0;
const nextName = () => `conformance-${process.pid}-${++made}`;

/** A client, and a way to make queues with which a message that was received and not deleted is seen again after a time. */
export function sqsOf({ sqsEndpoint, credentials }: ForeignServer) {
	const sqs = new SQS({ region, endpoint: sqsEndpoint as string, credentials });
	after(() => sqs.destroy());
	const createQueue = async (visibilitySeconds = 30): Promise<string> => {
		const Attributes = { VisibilityTimeout: String(visibilitySeconds) };
		const { QueueUrl } = await sqs.createQueue({ QueueName: nextName(), Attributes });
		// A server behind another name still answers at the endpoint that we were given.
		return `${sqsEndpoint}${new URL(QueueUrl as string).pathname}`;
	};
	return { sqs, createQueue };
}

/** A client as the API makes it, and a bucket of the test file's own. */
export async function s3Of({ s3Endpoint, credentials }: ForeignServer) {
	const s3 = new S3Client({
		region,
		endpoint: s3Endpoint as string,
		credentials,
		forcePathStyle: true,
		requestChecksumCalculation: 'WHEN_REQUIRED',
	});
	after(() => s3.destroy());
	const bucket = nextName();
	await s3.send(new CreateBucketCommand({ Bucket: bucket }));
	return { s3, bucket };
}
