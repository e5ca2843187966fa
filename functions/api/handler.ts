import { createDeleteObjects, createPresign } from '@basin/api/adapters/s3.ts';
import { createDatasetStore } from '@basin/api/adapters/s3-datasets.ts';
import { createSend } from '@basin/api/adapters/sqs.ts';
import { createApp } from '@basin/api/app.ts';
import { openConnections } from '@basin/api/connections.ts';
import { causeOf, createLog } from '@basin/api/log.ts';
import { createReadiness } from '@basin/api/readiness.ts';
import { pricesOf, readEnv } from '@basin/core/contracts/env.ts';
import { relayOutbox } from '@basin/db/outbox/relay.ts';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';

/** What a worker may begin with before the tick comes; a longer relay would keep whoever asked waiting. */
const sentAtOnce = 100;

const log = createLog((line) => process.stdout.write(line));
const env = readEnv(process.env);
const { db, sqs, s3, queueUrl, bucket } = openConnections(env, { max: 1, applicationName: 'basin-api' });
let relay: Promise<unknown> = Promise.resolve();
const serve = handle(
	createApp({
		db,
		log,
		presign: createPresign({ s3, bucket }),
		datasets: createDatasetStore({ s3, bucket }),
		deleteObjects: createDeleteObjects({ s3, bucket }),
		ready: createReadiness({ db, sqs, queueUrl }),
		// The tick sends what could not be sent: the request has been carried out, whatever the queue says.
		wake: () => {
			relay = relayOutbox({ db, send: createSend({ sqs, queueUrl, log }), limit: sentAtOnce }).catch((error: unknown) =>
				log.warn('messages wait for the tick', { cause: causeOf(error) }),
			);
		},
		...pricesOf(env),
		// An HTTP API hands out whole answers only.
		streams: false,
		// It serves its own names only; pages of another origin are refused by `Origin`.
		allowedHosts: 'any',
	}),
);

/** The API behind an HTTP API (payload 2.0). A function is frozen once it has answered, so it sends messages before. */
export async function handler(event: LambdaEvent, context: LambdaContext) {
	const answer = await serve(event, context);
	await relay;
	return answer;
}
