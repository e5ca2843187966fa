import { WebhookDelivery } from '@basin/core/contracts/webhooks.ts';
import { createTestDelivery } from '@basin/db/webhooks/deliveries.ts';
import { webhookNotFound } from '@basin/db/webhooks/webhook-row.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, webhookPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';
import { deliver } from '../../webhooks/deliver.ts';

const route = defineRoute('admin', {
	method: 'post',
	path: '/v1/webhooks/{webhookId}/test',
	operationId: 'testWebhook',
	tags: ['webhooks'],
	summary: 'Send an event of type `webhook.test` now, and answer how the first attempt went',
	request: { params: webhookPath, query: noQuery },
	responses: { 200: json(WebhookDelivery, 'The delivery.'), ...problems('webhook_not_found') },
});

export function testWebhookRoute(api: Api, { db, log, allowPrivateWebhooks = false }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { webhookId } = c.req.valid('param');
		const made = await createTestDelivery({ db, webhookId });
		const delivery = await deliver({ db, log, send: { allowPrivate: allowPrivateWebhooks } }, made);
		if (delivery === null) throw webhookNotFound(webhookId);
		return c.json(delivery, 200);
	});
}
