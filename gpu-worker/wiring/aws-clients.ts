import { S3Client } from '@aws-sdk/client-s3';
import { SQS } from '@aws-sdk/client-sqs';

type Place = { region: string; endpoint: string | undefined };
type Limits = { silenceMs?: number };

/**
 * A connection on which nothing moves for so long fails its call. `requestTimeout` is no such limit: the SDK's
 * handler only warns of it, and a transfer over a half-open connection never ended.
 */
const sqsSilenceMs = 30_000;
const s3SilenceMs = 60_000;
const connectionTimeout = 5_000;

/** SQS, or what speaks its protocol at `endpoint`. A long poll is silent for 20 s. */
export function connectSqs({ region, endpoint }: Place, { silenceMs = sqsSilenceMs }: Limits = {}): SQS {
	return new SQS({
		region,
		...(endpoint ? { endpoint } : {}),
		requestHandler: { connectionTimeout, socketTimeout: silenceMs },
	});
}

/** S3, or what speaks its protocol at `endpoint`. */
export function connectS3({ region, endpoint }: Place, { silenceMs = s3SilenceMs }: Limits = {}): S3Client {
	return new S3Client({
		region,
		...(endpoint ? { endpoint, forcePathStyle: true } : {}),
		requestHandler: { connectionTimeout, socketTimeout: silenceMs },
	});
}
