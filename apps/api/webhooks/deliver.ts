import type { WebhookDelivery } from '@basin/core/contracts/webhooks.ts';
import type { Db } from '@basin/db/client.ts';
import { type DueDelivery, recordDelivery, takeDueDeliveries } from '@basin/db/webhooks/deliveries.ts';
import type { Log } from '../log.ts';
import { type SendOptions, type Sent, sendMessage } from './send.ts';

/** Seconds before the second attempt, the third, …; after the last nobody is told any more: nine hours in all. */
export const retryScheduleSeconds: readonly number[] = [5, 30, 120, 600, 1_800, 7_200, 21_600];

/** At once: a receiver that is slow keeps nobody else waiting for longer than its own time-out. */
const width = 10;

export type DeliverOptions = { db: Db; log: Log; send: SendOptions; random?: () => number };

/** Tries every delivery that is due; answers how many there were. */
export async function deliverDue(options: DeliverOptions): Promise<number> {
	const due = await takeDueDeliveries({ db: options.db, limit: width });
	await Promise.all(due.map((delivery) => deliver(options, delivery)));
	return due.length;
}

/** One attempt, and the note of it. */
export async function deliver(
	{ db, log, send, random = Math.random }: DeliverOptions,
	delivery: DueDelivery,
): Promise<WebhookDelivery | null> {
	const sent = await sendMessage(delivery, send);
	const retrySeconds = sent.error === null ? null : retryAfter(sent, delivery.attempts, random);
	if (sent.error !== null) {
		log.warn('webhook not delivered', {
			deliveryId: delivery.id,
			attempt: delivery.attempts,
			retrySeconds,
			cause: sent.error,
		});
	}
	return recordDelivery({ db, deliveryId: delivery.id, outcome: { ...sent, retrySeconds } });
}

/** The schedule's time, a fifth more or less, so that receivers that were away are not asked by everybody at once; null: no more. */
function retryAfter({ status }: Sent, attempts: number, random: () => number): number | null {
	const seconds = retryScheduleSeconds[attempts - 1];
	// 410: the receiver says that it is gone for good.
	if (seconds === undefined || status === 410) return null;
	return Math.round(seconds * (0.8 + 0.4 * random()));
}
