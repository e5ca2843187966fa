import { Webhook } from '@basin/core/contracts/webhooks.ts';
import { deleteWebhook } from '@basin/db/webhooks/delete.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, webhookPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('admin', {
	method: 'delete',
	path: '/v1/webhooks/{webhookId}',
	operationId: 'deleteWebhook',
	tags: ['webhooks'],
	summary: 'Remove a webhook, its log, and what it has not been told yet',
	request: { params: webhookPath, query: noQuery },
	responses: { 200: json(Webhook, 'What was removed.'), ...problems('webhook_not_found') },
});

export function deleteWebhookRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		return c.json(await deleteWebhook({ db, webhookId: c.req.valid('param').webhookId }), 200);
	});
}
