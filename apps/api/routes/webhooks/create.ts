import { BasinError } from '@basin/core/contracts/errors.ts';
import { NewWebhook, WebhookInput } from '@basin/core/contracts/webhooks.ts';
import { createWebhook } from '@basin/db/webhooks/create.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery } from '../../parameters.ts';
import { jsonBody } from '../../request-body.ts';
import { json, problems } from '../../responses.ts';
import { requirePublicHost } from '../../webhooks/public-address.ts';
import { newSecret } from '../../webhooks/signature.ts';

const example = { url: 'https://example.com/basin', events: ['sweep.completed' as const, 'sweep.failed' as const] };

const route = defineRoute('admin', {
	method: 'post',
	path: '/v1/webhooks',
	operationId: 'createWebhook',
	tags: ['webhooks'],
	summary: 'Be told of the ends of sweeps; the secret that signs is shown in this answer only',
	middleware: [jsonBody] as const,
	request: {
		query: noQuery,
		body: { required: true, content: { 'application/json': { schema: WebhookInput, example } } },
	},
	responses: {
		201: json(NewWebhook, 'The webhook.'),
		...problems('invalid_spec', 'too_many_webhooks', 'body_too_large', 'unsupported_media_type'),
	},
});

export function createWebhookRoute(api: Api, { db, allowPrivateWebhooks = false }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const input = c.req.valid('json');
		if (!allowPrivateWebhooks) requirePublic(new URL(input.url));
		const secret = newSecret();
		const webhook = await createWebhook({ db, projectId: c.get('identity').projectId, input, secret });
		return c.json({ ...webhook, secret }, 201);
	});
}

/** Where a name leads is looked at with every delivery; what can be seen at once is said at once. */
function requirePublic(url: URL): void {
	const refuse = (message: string) =>
		new BasinError('invalid_spec', `/url ${message}.`, [{ pointer: '/url', message }]);
	if (url.protocol !== 'https:') throw refuse('must begin with https://');
	try {
		requirePublicHost(url);
	} catch {
		throw refuse('leads to a private address, which BASIN_WEBHOOK_PRIVATE_ADDRESSES would have to allow');
	}
}
