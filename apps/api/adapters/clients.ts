import { BatchClient } from '@aws-sdk/client-batch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Env } from '@basin/core/contracts/env.ts';
import type { TickSchedule } from '../arming.ts';
import type { DrainerEngine } from '../drainers.ts';
import { createBatchEngine } from './batch.ts';
import { createTickRule } from './tick-rule.ts';

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

/** The rule that calls the tick; undefined where none is named. */
export function connectTickRule(env: Env): TickSchedule | undefined {
	const { AWS_REGION: region, AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint, BASIN_TICK_RULE: rule } = env;
	if (rule === undefined) return undefined;
	const events = new EventBridgeClient({ region, requestHandler, maxAttempts: 2, ...(endpoint ? { endpoint } : {}) });
	return createTickRule({ events, rule });
}

/** What runs drainers; undefined where no job queue is named. @throws Error when only half of it is named */
export function connectDrainerEngine(env: Env): DrainerEngine | undefined {
	const { AWS_REGION: region, AWS_ENDPOINT_URL_BATCH: endpoint } = env;
	const { BASIN_JOB_QUEUE: jobQueue, BASIN_JOB_DEFINITION: jobDefinition } = env;
	if (jobQueue === undefined && jobDefinition === undefined) return undefined;
	if (jobQueue === undefined || jobDefinition === undefined)
		throw new Error('BASIN_JOB_QUEUE and BASIN_JOB_DEFINITION must be set together.');
	const batch = new BatchClient({ region, requestHandler, ...(endpoint ? { endpoint } : {}) });
	return createBatchEngine({ batch, jobQueue, jobDefinition });
}
