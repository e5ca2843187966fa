import { WebhookDeliveryPage } from '@basin/core/contracts/webhooks.ts';
import { listDeliveries } from '@basin/db/webhooks/list-deliveries.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { cursorParameter, defaultLimit, limitParameter, webhookPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('admin', {
	method: 'get',
	path: '/v1/webhooks/{webhookId}/deliveries',
	operationId: 'listWebhookDeliveries',
	tags: ['webhooks'],
	summary: 'What a webhook was told within thirty days, newest first, and how each delivery went',
	request: {
		params: webhookPath,
		query: z.strictObject({ cursor: cursorParameter.optional(), limit: limitParameter.optional() }),
	},
	responses: { 200: json(WebhookDeliveryPage, 'A page of deliveries.'), ...problems('webhook_not_found') },
});

export function listWebhookDeliveriesRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { limit = defaultLimit, cursor } = c.req.valid('query');
		const { webhookId } = c.req.valid('param');
		return c.json(await listDeliveries({ db, webhookId, query: { cursor, limit } }), 200);
	});
}
