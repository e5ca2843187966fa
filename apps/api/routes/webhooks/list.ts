import { WebhookPage } from '@basin/core/contracts/webhooks.ts';
import { listWebhooks } from '@basin/db/webhooks/list.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('admin', {
	method: 'get',
	path: '/v1/webhooks',
	operationId: 'listWebhooks',
	tags: ['webhooks'],
	summary: 'The webhooks of the project, newest first, without their secrets',
	request: { query: noQuery },
	responses: { 200: json(WebhookPage, 'The webhooks.'), ...problems() },
});

export function listWebhooksRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const items = await listWebhooks({ db, projectId: c.get('identity').projectId });
		return c.json({ items, nextCursor: null }, 200);
	});
}
