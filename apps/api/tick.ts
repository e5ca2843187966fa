import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Db } from '@basin/db/client.ts';
import { relayOutbox } from '@basin/db/outbox/relay.ts';
import { reconcile } from '@basin/db/reconcile/reconcile.ts';
import { createSend } from './adapters/sqs.ts';
import { causeOf, type Log } from './log.ts';

export interface TickOptions {
	db: Db;
	sqs: SQSClient;
	queueUrl: string;
	/** Seconds between two rounds of the reconciler. */
	tickSeconds: number;
	log: Log;
	/** A trial that nobody claimed for so long is sent again: its message may be lost. Default 120. */
	redispatchAfterSeconds?: number;
}

export interface Tick {
	/** Relays the outbox now; called after a commit, so that a worker hears of a new trial within milliseconds. */
	wake(): void;
	/** Ends the rounds, after the one that runs. */
	stop(): Promise<void>;
}

/** Runs relay and reconciler, at once and on a timer. A round that fails is logged and tried again at the next tick. */
export function startTick(options: TickOptions): Tick {
	const { db, tickSeconds, log, redispatchAfterSeconds = 120 } = options;
	const send = createSend(options);
	let stopped = false;
	const relay = createRounds('relay', log, async () => {
		while (!stopped && (await relayOutbox({ db, send })) > 0);
	});
	const reconciler = createRounds('reconciler', log, async () => {
		const changes = await reconcile({ db, redispatchAfterSeconds });
		if (Object.values(changes).some((count) => count > 0)) log.info('reconciled', { ...changes });
		// What was queued again lies in the outbox.
		relay.run();
	});
	reconciler.run();
	const timer = setInterval(() => reconciler.run(), tickSeconds * 1000);
	return {
		wake: () => relay.run(),
		async stop() {
			stopped = true;
			clearInterval(timer);
			await reconciler.stop();
			await relay.stop();
		},
	};
}

/** Runs `round` one at a time; asked for while one runs, another follows it, so that no wake is lost. */
function createRounds(name: string, log: Log, round: () => Promise<void>) {
	let current: Promise<void> | null = null;
	let again = false;
	let stopped = false;
	let failing = false;

	async function runRounds(): Promise<void> {
		do {
			again = false;
			try {
				await round();
				if (failing) log.info(`${name} works again`);
				failing = false;
			} catch (error) {
				// An outage makes one line, not one every second.
				if (!failing) log.error(`${name} failed; trying again at every tick`, { cause: causeOf(error) });
				failing = true;
			}
		} while (again && !failing && !stopped);
		current = null;
	}

	return {
		run() {
			if (stopped) return;
			if (current) again = true;
			else current = runRounds();
		},
		async stop() {
			stopped = true;
			await current;
		},
	};
}
