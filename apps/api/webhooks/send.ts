import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { publicLookup, requirePublicHost } from './public-address.ts';
import { signedHeaders } from './signature.ts';

export type Message = { id: string; url: string; secret: string; body: string };

/** How an attempt went: `status` is null when no answer came. */
export type Sent = { status: number | null; error: string | null };

export type SendOptions = {
	/** Whether private addresses and plain HTTP are allowed, for receivers beside Basin. */
	allowPrivate: boolean;
	timeoutMs?: number;
	lookup?: LookupFunction;
};

const patienceMs = 10_000;

/** POSTs a signed message. Any 2xx is success; a redirect is none, since it could lead anywhere. Never rejects. */
export async function sendMessage(
	message: Message,
	{ allowPrivate, timeoutMs = patienceMs, lookup = publicLookup() }: SendOptions,
): Promise<Sent> {
	try {
		const url = new URL(message.url);
		if (!allowPrivate) requirePublicHost(url);
		if (url.protocol !== 'https:' && !allowPrivate) throw new Error('Webhooks go to https:// only.');
		const status = await post(url, message, timeoutMs, allowPrivate ? undefined : lookup);
		if (status >= 200 && status < 300) return { status, error: null };
		const what = status >= 300 && status < 400 ? `${status}, a redirect, which is not followed` : String(status);
		return { status, error: `The receiver answered ${what}.` };
	} catch (error) {
		return { status: null, error: sentenceOf(error, timeoutMs) };
	}
}

function post(url: URL, message: Message, timeoutMs: number, lookup: LookupFunction | undefined): Promise<number> {
	const headers = {
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(message.body),
		'user-agent': 'Basin-Webhooks/1',
		...signedHeaders(message, Date.now()),
	};
	const request = url.protocol === 'https:' ? requestHttps : requestHttp;
	return new Promise((resolve, reject) => {
		// No agent: a connection that is kept would outlive the look at its address.
		const options = {
			method: 'POST',
			headers,
			agent: false,
			signal: AbortSignal.timeout(timeoutMs),
			...(lookup && { lookup }),
		};
		const call = request(url, options, (response) => {
			resolve(response.statusCode ?? 0);
			// Nothing of what it says is read: it may say any amount.
			response.destroy();
		});
		call.on('error', reject);
		call.end(message.body);
	});
}

const sentences: Record<string, string> = {
	ECONNREFUSED: 'Nothing listens there.',
	ECONNRESET: 'The connection was cut.',
	ENOTFOUND: 'The host name is unknown.',
	EAI_AGAIN: 'The host name could not be looked up.',
};

function sentenceOf(error: unknown, timeoutMs: number): string {
	const { name, code, message } = error as Error & { code?: string };
	if (name === 'TimeoutError' || name === 'AbortError') return `No answer within ${timeoutMs / 1000} s.`;
	return (code && sentences[code]) || message || 'The request failed.';
}
