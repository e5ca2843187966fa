import type { Webhook } from '@basin/core/contracts/webhooks.ts';
import type { Db } from '../client.ts';
import { toWebhook, type WebhookRow, webhookNotFound } from './webhook-row.ts';

/** Its deliveries go with it, also those that wait. @throws BasinError `webhook_not_found` */
export async function deleteWebhook({ db, webhookId }: { db: Db; webhookId: string }): Promise<Webhook> {
	const [row] = await db.sql<WebhookRow[]>`delete from webhook where id = ${webhookId} returning *`;
	if (!row) throw webhookNotFound(webhookId);
	return toWebhook(row);
}
