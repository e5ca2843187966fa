import { BasinError } from '@basin/core/contracts/errors.ts';
import type { DeliveryState, Webhook, WebhookDelivery, WebhookEvent } from '@basin/core/contracts/webhooks.ts';

export type WebhookRow = { id: string; url: string; events: WebhookEvent[]; created_at: string };

export type DeliveryRow = {
	id: string;
	event: WebhookDelivery['event'];
	sweep_id: string | null;
	state: DeliveryState;
	attempts: number;
	status: number | null;
	error: string | null;
	created_at: string;
	attempted_at: string | null;
	due_at: string;
};

/** Without the secret. */
export function toWebhook({ id, url, events, created_at: createdAt }: WebhookRow): Webhook {
	return { id, url, events, createdAt };
}

export function toDelivery(row: DeliveryRow): WebhookDelivery {
	const { id, event, state, attempts, status, error } = row;
	return {
		id,
		event,
		sweepId: row.sweep_id,
		state,
		attempts,
		status,
		error,
		createdAt: row.created_at,
		attemptedAt: row.attempted_at,
		nextAttemptAt: state === 'pending' ? row.due_at : null,
	};
}

export function webhookNotFound(webhookId: string): BasinError {
	return new BasinError('webhook_not_found', `There is no webhook ${webhookId}.`);
}
