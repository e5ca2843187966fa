import { z } from 'zod';

export const WebhookEvent = z.enum(['sweep.completed', 'sweep.failed', 'sweep.cancelled', 'sweep.stopped']);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

export const webhooksPerProject = 20;

/** Whitelisted forms only; where it leads is looked at again with every delivery. */
const WebhookUrl = z
	.url('must be a URL such as https://example.com/basin')
	.max(2000)
	.refine(
		(text) => /^https?:\/\//i.test(text),
		'must begin with https:// (or http:// where private addresses are allowed)',
	)
	.refine((text) => !hasCredentials(text), 'must not contain a user name or password');

function hasCredentials(text: string): boolean {
	const url = URL.parse(text);
	return url !== null && (url.username !== '' || url.password !== '');
}

const Timestamp = z.iso.datetime();

/** Body of `POST /v1/webhooks`. */
export const WebhookInput = z
	.strictObject({
		url: WebhookUrl.meta({ description: 'Gets a POST for every event.', example: 'https://example.com/basin' }),
		events: z
			.array(WebhookEvent)
			.min(1)
			.max(WebhookEvent.options.length)
			.refine((events) => new Set(events).size === events.length, 'must not name an event twice')
			.default([...WebhookEvent.options])
			.meta({ description: 'Of which events it is told; all unless told.' }),
	})
	.meta({ id: 'WebhookInput' });
export type WebhookInput = z.output<typeof WebhookInput>;

export const Webhook = z
	.object({ id: z.string(), url: z.string(), events: z.array(WebhookEvent), createdAt: Timestamp })
	.meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof Webhook>;

/** Answer of `POST /v1/webhooks`: the one time that the secret is shown. */
export const NewWebhook = Webhook.extend({
	secret: z.string().meta({ description: 'Signs every delivery (Standard Webhooks); shown now and never again.' }),
}).meta({ id: 'NewWebhook' });
export type NewWebhook = z.infer<typeof NewWebhook>;

/** `pending`: it will be tried (again); `failed`: it will not. */
export const DeliveryState = z.enum(['pending', 'delivered', 'failed']);
export type DeliveryState = z.infer<typeof DeliveryState>;

/** One event for one webhook, and how its delivery went. */
export const WebhookDelivery = z
	.object({
		id: z.string().meta({ description: 'The `webhook-id` of every attempt: receivers know a repetition by it.' }),
		event: z.union([WebhookEvent, z.literal('webhook.test')]),
		sweepId: z.string().nullable(),
		state: DeliveryState,
		attempts: z.int(),
		status: z.int().nullable().meta({ description: 'HTTP status of the last attempt; null when no answer came.' }),
		error: z.string().nullable().meta({ description: 'Why the last attempt failed.' }),
		createdAt: Timestamp,
		attemptedAt: Timestamp.nullable(),
		nextAttemptAt: Timestamp.nullable(),
	})
	.meta({ id: 'WebhookDelivery' });
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });
export const WebhookPage = pageOf(Webhook).meta({ id: 'WebhookPage' });
export type WebhookPage = z.infer<typeof WebhookPage>;
export const WebhookDeliveryPage = pageOf(WebhookDelivery).meta({ id: 'WebhookDeliveryPage' });
export type WebhookDeliveryPage = z.infer<typeof WebhookDeliveryPage>;
