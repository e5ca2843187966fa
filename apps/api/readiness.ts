import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Db } from '@basin/db/client.ts';
import { pingQueue } from './adapters/sqs.ts';

const patienceMs = 2000;

/** The `ready` of `createApp`: rejects unless the database and the queue both answer within two seconds. */
export function createReadiness({ db, sqs, queueUrl }: { db: Db; sqs: SQSClient; queueUrl: string }) {
	return async (): Promise<void> => {
		await Promise.race([Promise.all([db.sql`select 1`, pingQueue({ sqs, queueUrl })]), tooLate()]);
	};
}

function tooLate(): Promise<never> {
	return new Promise((_, reject) => {
		setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs).unref();
	});
}
