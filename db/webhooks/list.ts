import type { Webhook } from '@basin/core/contracts/webhooks.ts';
import type { Db } from '../client.ts';
import { toWebhook, type WebhookRow } from './webhook-row.ts';

/** A project's webhooks, newest first. */
export async function listWebhooks({ db, projectId }: { db: Db; projectId: string }): Promise<Webhook[]> {
	const rows = await db.sql<WebhookRow[]>`select * from webhook where project_id = ${projectId} order by id desc`;
	return rows.map(toWebhook);
}
