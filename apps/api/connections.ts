import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Env } from '@basin/core/contracts/env.ts';
import { type DatabaseOptions, type Db, openDatabase } from '@basin/db/client.ts';
import { createIamPassword } from '@basin/db/iam-password.ts';
import { type Credentials, connectAws } from './adapters/clients.ts';

export type Connections = {
	db: Db;
	sqs: SQSClient;
	s3: S3Client;
	databaseUrl: string;
	queueUrl: string;
	bucket: string;
	close(): Promise<void>;
};

/**
 * Opens the database, the queue and the bucket that an environment names; each connects when first used.
 * @param credentials left out: those that the AWS SDK finds by itself
 * @throws Error naming the variables that are missing
 */
export function openConnections(env: Env, database: DatabaseOptions, credentials?: Credentials): Connections {
	const { databaseUrl, queueUrl, bucket } = requiredOf(env);
	const { sqs, s3 } = connectAws(env, credentials);
	const iam = env.BASIN_DATABASE_AUTH === 'iam' ? { password: createIamPassword(databaseUrl, sqs.config) } : {};
	const db = openDatabase(databaseUrl, { ...iam, ...database });
	const close = async () => {
		await db.close();
		sqs.destroy();
		s3.destroy();
	};
	return { db, sqs, s3, databaseUrl, queueUrl, bucket, close };
}

function requiredOf(env: Env): { databaseUrl: string; queueUrl: string; bucket: string } {
	const { DATABASE_URL, BASIN_QUEUE_URL, BASIN_BUCKET } = env;
	const missing = Object.entries({ DATABASE_URL, BASIN_QUEUE_URL, BASIN_BUCKET })
		.filter(([, value]) => value === undefined)
		.map(([name]) => name);
	if (DATABASE_URL === undefined || BASIN_QUEUE_URL === undefined || BASIN_BUCKET === undefined) {
		throw new Error(`${missing.join(', ')} must be set. (\`npm start\` runs everything on this machine without them.)`);
	}
	return { databaseUrl: DATABASE_URL, queueUrl: BASIN_QUEUE_URL, bucket: BASIN_BUCKET };
}
