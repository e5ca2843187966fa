import {
	NewWebhook,
	Webhook,
	WebhookDelivery,
	WebhookDeliveryPage,
	type WebhookInput,
	WebhookPage,
} from '@basin/core/contracts/webhooks.ts';
import type { z } from 'zod';
import type { CallOptions } from './client.ts';
import { eachOf } from './pages.ts';
import type { Transport } from './transport.ts';

const pathOf = (webhookId: string) => `/v1/webhooks/${encodeURIComponent(webhookId)}`;

/** Who is told of the ends of sweeps. */
export function createWebhooks(send: Transport) {
	const listWebhookDeliveries = (
		webhookId: string,
		query: { cursor?: string | undefined; limit?: number | undefined } = {},
		call: CallOptions = {},
	): Promise<WebhookDeliveryPage> =>
		send({
			method: 'GET',
			path: `${pathOf(webhookId)}/deliveries`,
			query: { ...query },
			repeatable: true,
			answer: WebhookDeliveryPage,
			signal: call.signal,
		});
	return {
		/** The answer holds the secret, which is never shown again. */
		createWebhook: (input: z.input<typeof WebhookInput>, call: CallOptions = {}): Promise<NewWebhook> =>
			send({
				method: 'POST',
				path: '/v1/webhooks',
				body: input,
				repeatable: false,
				answer: NewWebhook,
				signal: call.signal,
			}),
		listWebhooks: (call: CallOptions = {}): Promise<WebhookPage> =>
			send({ method: 'GET', path: '/v1/webhooks', repeatable: true, answer: WebhookPage, signal: call.signal }),
		deleteWebhook: (webhookId: string, call: CallOptions = {}): Promise<Webhook> =>
			send({ method: 'DELETE', path: pathOf(webhookId), repeatable: false, answer: Webhook, signal: call.signal }),
		/** Sends an event of type `webhook.test` now; the answer says how that went. */
		testWebhook: (webhookId: string, call: CallOptions = {}): Promise<WebhookDelivery> =>
			send({
				method: 'POST',
				path: `${pathOf(webhookId)}/test`,
				repeatable: false,
				answer: WebhookDelivery,
				signal: call.signal,
			}),
		listWebhookDeliveries,
		/** Every delivery, newest first. */
		eachWebhookDelivery: (webhookId: string, call?: CallOptions): AsyncGenerator<WebhookDelivery> =>
			eachOf((cursor) => listWebhookDeliveries(webhookId, { cursor }, call), undefined),
	};
}
