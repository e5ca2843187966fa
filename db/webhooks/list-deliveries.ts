import type { WebhookDeliveryPage } from '@basin/core/contracts/webhooks.ts';
import type { Db } from '../client.ts';
import { cutPage, decodeCursor, encodeCursor } from '../cursor.ts';
import { type DeliveryRow, toDelivery, webhookNotFound } from './webhook-row.ts';

const isPosition = (value: unknown): value is string => typeof value === 'string' && /^whd_[0-9a-f]{30}$/.test(value);

/** What a webhook was told, newest first. @throws BasinError `webhook_not_found`, or `invalid_request` for a foreign cursor */
export async function listDeliveries({
	db,
	webhookId,
	query: { cursor, limit },
}: {
	db: Db;
	webhookId: string;
	query: { cursor?: string | undefined; limit: number };
}): Promise<WebhookDeliveryPage> {
	const { sql } = db;
	const before = cursor === undefined ? null : decodeCursor(cursor, isPosition);
	const rows = await sql<DeliveryRow[]>`
		select * from webhook_delivery
		where webhook_id = ${webhookId} ${before === null ? sql`` : sql`and id < ${before}`}
		order by id desc limit ${limit + 1}`;
	if (rows.length === 0) {
		const [webhook] = await sql`select from webhook where id = ${webhookId}`;
		if (!webhook) throw webhookNotFound(webhookId);
	}
	const { items, nextCursor } = cutPage(rows, limit, (last) => encodeCursor(last.id));
	return { items: items.map(toDelivery), nextCursor };
}
