import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Tracer } from '@basin/core/telemetry/tracer.ts';
import type { Db } from '@basin/db/client.ts';
import { relayOutbox } from '@basin/db/outbox/relay.ts';
import { reconcile } from '@basin/db/reconcile/reconcile.ts';
import type { ObjectStore } from './adapters/s3-objects.ts';
import { createSend } from './adapters/sqs.ts';
import { drainDeadLetters } from './dead-letters.ts';
import { keepHouse } from './housekeeping.ts';
import type { Log } from './log.ts';
import { createRounds } from './rounds.ts';
import { traceSend } from './tracing.ts';
import { deliverDue } from './webhooks/deliver.ts';

export interface TickOptions {
	db: Db;
	sqs: SQSClient;
	queueUrl: string;
	/** Seconds between two rounds of the reconciler. */
	tickSeconds: number;
	log: Log;
	/** A trial that nobody claimed for so long is sent again: its message may be lost. Default 120. */
	redispatchAfterSeconds?: number;
	/** Where the queue puts messages that no worker could answer; unset: nobody looks. */
	deadLetterQueueUrl?: string | undefined;
	/** The bucket, of which objects that nothing points to are deleted; unset: nobody looks. */
	objects?: ObjectStore;
	/** Where spans of messages go; unset: nothing is traced. */
	tracer?: Tracer | undefined;
	/** Whether webhooks may go to private addresses, and by plain HTTP. Default false. */
	allowPrivateWebhooks?: boolean;
	/** False where something else keeps house: it reads every waiting trial and the whole bucket. Default true. */
	housekeeping?: boolean;
}

const deadLetterSeconds = 10;
const housekeepingSeconds = 3600;

export interface Tick {
	/** Relays the outbox now; called after a commit, so that a worker hears of a new trial within milliseconds. */
	wake(): void;
	/** Ends the rounds, after the one that runs. */
	stop(): Promise<void>;
}

/**
 * Runs relay and reconciler at once and on a timer, and beside them, less often, what drains the dead letters and what throws
 * away old records and orphaned objects. A round that fails is logged and tried again when its time comes.
 */
export function startTick(options: TickOptions): Tick {
	const { db, sqs, tickSeconds, log, redispatchAfterSeconds = 120, deadLetterQueueUrl, objects } = options;
	const { tracer } = options;
	const untraced = createSend(options);
	const send = tracer === undefined ? untraced : traceSend({ db, send: untraced, tracer });
	const stopping = new AbortController();
	const { signal } = stopping;
	const relay = createRounds('relay', log, async () => {
		while (!signal.aborted && (await relayOutbox({ db, send })) > 0);
	});
	const reconciler = createRounds('reconciler', log, async () => {
		const changes = await reconcile({ db, redispatchAfterSeconds });
		if (Object.values(changes).some((count) => count > 0)) log.info('reconciled', { ...changes });
		// What was queued again lies in the outbox.
		relay.run();
	});
	const deadLetters = createRounds('dead letters', log, async () => {
		if (deadLetterQueueUrl && (await drainDeadLetters({ db, sqs, deadLetterQueueUrl, log })) > 0) relay.run();
	});
	const webhooks = createRounds('webhooks', log, async () => {
		const send = { allowPrivate: options.allowPrivateWebhooks ?? false };
		while (!signal.aborted && (await deliverDue({ db, log, send })) > 0);
	});
	const housekeeping = createRounds('housekeeping', log, async () => {
		await keepHouse({ db, log, objects, signal });
		relay.run();
	});
	const timed = [
		{ rounds: reconciler, everySeconds: tickSeconds },
		{ rounds: webhooks, everySeconds: tickSeconds },
		{ rounds: deadLetters, everySeconds: Math.max(deadLetterSeconds, tickSeconds) },
		...(options.housekeeping === false ? [] : [{ rounds: housekeeping, everySeconds: housekeepingSeconds }]),
	];
	const timers = timed.map(({ rounds, everySeconds }) => {
		rounds.run();
		return setInterval(() => rounds.run(), everySeconds * 1000);
	});
	return {
		wake: () => relay.run(),
		async stop() {
			stopping.abort();
			for (const timer of timers) clearInterval(timer);
			for (const { rounds } of timed) await rounds.stop();
			await relay.stop();
		},
	};
}
