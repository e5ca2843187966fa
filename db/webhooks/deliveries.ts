import type { WebhookDelivery } from '@basin/core/contracts/webhooks.ts';
import type { Db } from '../client.ts';
import { type DeliveryRow, toDelivery, webhookNotFound } from './webhook-row.ts';

/** A delivery that is to be tried now. */
export type DueDelivery = { id: string; url: string; secret: string; body: string; attempts: number };

/** What came of an attempt; `retrySeconds` is null when there will be no other. */
export type AttemptOutcome = { status: number | null; error: string | null; retrySeconds: number | null };

/** Whoever has not come back after this long is taken for dead, and what it took is tried by another. */
const takenSeconds = 60;

/** Takes what is due, oldest first, out of others' sight for a while; `attempts` counts this one. Safe with several at once. */
export async function takeDueDeliveries({ db, limit }: { db: Db; limit: number }): Promise<DueDelivery[]> {
	return await db.sql<DueDelivery[]>`
		with due as (
			select id from webhook_delivery where state = 'pending' and due_at <= now()
			order by due_at limit ${limit} for update skip locked
		)
		update webhook_delivery as delivery
		set due_at = now() + ${takenSeconds} * interval '1 second', attempts = attempts + 1
		from due, webhook
		where delivery.id = due.id and webhook.id = delivery.webhook_id
		returning delivery.id, webhook.url, webhook.secret, delivery.body, delivery.attempts`;
}

/** Notes what came of an attempt. Null when the webhook was removed meanwhile. */
export async function recordDelivery({
	db,
	deliveryId,
	outcome: { status, error, retrySeconds },
}: {
	db: Db;
	deliveryId: string;
	outcome: AttemptOutcome;
}): Promise<WebhookDelivery | null> {
	const state = error === null ? 'delivered' : retrySeconds === null ? 'failed' : 'pending';
	const [row] = await db.sql<DeliveryRow[]>`
		update webhook_delivery set
			state = ${state}, status = ${status}, error = left(${error}, 500), attempted_at = now(),
			due_at = now() + ${retrySeconds ?? 0} * interval '1 second'
		where id = ${deliveryId} and state = 'pending'
		returning *`;
	return row ? toDelivery(row) : null;
}

/** Writes a delivery that is no event, taken already, for whoever wants to see whether deliveries arrive. @throws BasinError `webhook_not_found` */
export async function createTestDelivery({ db, webhookId }: { db: Db; webhookId: string }): Promise<DueDelivery> {
	const body = JSON.stringify({ type: 'webhook.test', timestamp: new Date().toISOString(), data: { webhookId } });
	const [row] = await db.sql<DueDelivery[]>`
		with made as (
			insert into webhook_delivery (id, webhook_id, event, body, attempts, due_at)
			select
				'whd_' || lpad(to_hex((extract(epoch from clock_timestamp()) * 1000000)::bigint), 14, '0')
					|| left(replace(gen_random_uuid()::text, '-', ''), 16),
				id, 'webhook.test', ${body}, 1, now() + ${takenSeconds} * interval '1 second'
			from webhook where id = ${webhookId}
			returning *
		)
		select made.id, webhook.url, webhook.secret, made.body, made.attempts
		from made join webhook on webhook.id = made.webhook_id`;
	if (!row) throw webhookNotFound(webhookId);
	return row;
}
