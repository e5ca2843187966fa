import { closedAccessOf } from '@basin/api/access/settings.ts';
import { connectTickRule } from '@basin/api/adapters/clients.ts';
import { createDeleteObjects, createPresign } from '@basin/api/adapters/s3.ts';
import { createDatasetStore } from '@basin/api/adapters/s3-datasets.ts';
import { createSend } from '@basin/api/adapters/sqs.ts';
import { createApp } from '@basin/api/app.ts';
import { createArm } from '@basin/api/arming.ts';
import { openConnections } from '@basin/api/connections.ts';
import { causeOf, createLog } from '@basin/api/log.ts';
import { createReadiness } from '@basin/api/readiness.ts';
import { pricesOf, readEnv } from '@basin/core/contracts/env.ts';
import { relayOutbox } from '@basin/db/outbox/relay.ts';
import type { Hono } from 'hono';
import { type LambdaContext, streamHandle } from 'hono/aws-lambda';
import { patientWithSleepers, thaw } from '../thaw.ts';
import { endStreamAfter } from './end-stream.ts';

/** What a worker may begin with before the tick comes; a longer relay would keep whoever asked waiting. */
const sentAtOnce = 100;
/** Kept to end a stream before the function's time is up: a browser comes back at once, an invocation that is cut off is an error. */
const settleMs = 2_000;

const log = createLog((line) => process.stdout.write(line));
const env = readEnv(process.env);
const { db, sqs, s3, queueUrl, bucket } = openConnections(env, {
	max: 1,
	applicationName: 'basin-api',
	...patientWithSleepers,
});
const schedule = connectTickRule(env);
let relay: Promise<unknown> = Promise.resolve();
const app = createApp({
	db,
	log,
	presign: createPresign({ s3, bucket }),
	datasets: createDatasetStore({ s3, bucket }),
	deleteObjects: createDeleteObjects({ s3, bucket }),
	ready: createReadiness({ db, sqs, queueUrl }),
	...(schedule === undefined ? {} : { arm: createArm({ db, schedule, log }) }),
	// The tick sends what could not be sent: the request has been carried out, whatever the queue says.
	wake: () => {
		relay = relayOutbox({ db, send: createSend({ sqs, queueUrl, log }), limit: sentAtOnce }).catch((error: unknown) =>
			log.warn('messages wait for the tick', { cause: causeOf(error) }),
		);
	},
	...pricesOf(env),
	// Nothing is open here; pages of another origin are refused by `Origin`.
	...closedAccessOf(env),
});

/** A function may be frozen once it has answered, so messages are sent before it does. */
async function answer(request: Request, bindings: { context: LambdaContext }): Promise<Response> {
	await thaw();
	const response = await app.fetch(forwarded(request), bindings);
	await relay;
	return endStreamAfter(response, bindings.context.getRemainingTimeInMillis() - settleMs);
}

/** Behind CloudFront `Host` is the function's own; a browser's `Origin` is that of the name which the person asked for. */
function forwarded(request: Request): Request {
	const host = request.headers.get('x-forwarded-host');
	if (host === null) return request;
	const headers = new Headers(request.headers);
	headers.set('host', host);
	return new Request(request, { headers });
}

/** The API behind a function URL that streams (payload 2.0): an answer begins when its first byte is there, and events never end. */
export const handler = streamHandle({ fetch: answer } as unknown as Hono);
