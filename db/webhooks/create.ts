import { BasinError } from '@basin/core/contracts/errors.ts';
import { type Webhook, type WebhookInput, webhooksPerProject } from '@basin/core/contracts/webhooks.ts';
import { newWebhookId } from '@basin/core/domain/ids.ts';
import type { Db } from '../client.ts';
import { toWebhook, type WebhookRow } from './webhook-row.ts';

/** @throws BasinError `too_many_webhooks` */
export async function createWebhook({
	db,
	projectId,
	input: { url, events },
	secret,
}: {
	db: Db;
	projectId: string;
	input: WebhookInput;
	secret: string;
}): Promise<Webhook> {
	return db.sql.begin(async (tx) => {
		// Two at once count one after the other.
		await tx`select from project where id = ${projectId} for no key update`;
		const [row] = await tx<WebhookRow[]>`
			insert into webhook (id, project_id, url, events, secret)
			select ${newWebhookId(Date.now())}, ${projectId}, ${url}, ${events}, ${secret}
			where (select count(*) from webhook where project_id = ${projectId}) < ${webhooksPerProject}
			returning *`;
		if (row) return toWebhook(row);
		throw new BasinError(
			'too_many_webhooks',
			`A project has ${webhooksPerProject} webhooks at most: remove one that is not needed.`,
		);
	});
}
