import { createHmac, randomBytes } from 'node:crypto';

/** A secret as Standard Webhooks writes it: 256 random bits. */
export function newSecret(): string {
	return `whsec_${randomBytes(32).toString('base64')}`;
}

/** The headers of a delivery by Standard Webhooks 1.0: HMAC-SHA-256 over `id.timestamp.body`. */
export function signedHeaders(
	{ id, body, secret }: { id: string; body: string; secret: string },
	nowMs: number,
): Record<string, string> {
	const timestamp = String(Math.floor(nowMs / 1000));
	const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
	const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
	return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
