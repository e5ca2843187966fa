import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Env } from '@basin/core/contracts/env.ts';

/**
 * A connection on which nothing moves for so long fails its call, so that a relay does not wait for ever. The SDK's `requestTimeout`
 * is no such limit: it only warns.
 */
const requestHandler = { connectionTimeout: 5_000, socketTimeout: 30_000 };

export type Credentials = { accessKeyId: string; secretAccessKey: string };

/** The queue and the bucket that the environment names. @param credentials left out: those that the AWS SDK finds by itself */
export function connectAws(env: Env, credentials?: Credentials): { sqs: SQSClient; s3: S3Client } {
	const { AWS_ENDPOINT_URL_SQS: sqsEndpoint, AWS_ENDPOINT_URL_S3: s3Endpoint } = env;
	const shared = { region: env.AWS_REGION, requestHandler, ...(credentials ? { credentials } : {}) };
	return {
		sqs: new SQSClient({ ...shared, ...(sqsEndpoint ? { endpoint: sqsEndpoint } : {}) }),
		s3: new S3Client({
			...shared,
			requestChecksumCalculation: 'WHEN_REQUIRED',
			...(s3Endpoint ? { endpoint: s3Endpoint, forcePathStyle: true } : {}),
		}),
	};
}
