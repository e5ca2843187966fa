import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Db } from '@basin/db/client.ts';
import { countDeadLetters } from '@basin/db/dead-letters/count.ts';
import { pingQueue } from './adapters/sqs.ts';

const patienceMs = 2000;

/** What `/readyz` says beside "ok". */
export type Ready = { deadLettersLastDay: number };

/** The `ready` of `createApp`: rejects unless the database and the queue both answer within two seconds. */
export function createReadiness({ db, sqs, queueUrl }: { db: Db; sqs: SQSClient; queueUrl: string }) {
	return async (): Promise<Ready> => {
		const answers = Promise.all([countDeadLetters({ db }), pingQueue({ sqs, queueUrl })]);
		const [deadLettersLastDay] = await Promise.race([answers, tooLate()]);
		return { deadLettersLastDay };
	};
}

function tooLate(): Promise<never> {
	return new Promise((_, reject) => {
		setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs).unref();
	});
}
