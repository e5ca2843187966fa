import { BasinError } from '@basin/core/contracts/errors.ts';
import { limits } from '@basin/core/contracts/sweep-spec.ts';
import type { MiddlewareHandler } from 'hono';

/**
 * Reads a JSON body before the schema sees it, so that each of these has its own answer: too large (413, without reading
 * the rest), no body (400), not JSON by its type (415), not UTF-8 or malformed (400).
 */
export const jsonBody: MiddlewareHandler = async (c, next) => {
	if (Number(c.req.header('content-length') ?? 0) > limits.bodyBytes) throw tooLarge();
	const bytes = c.req.raw.body === null ? Buffer.alloc(0) : await readBytes(c.req.raw.body);
	if (bytes.length === 0) throw noBody();
	refuseOtherTypes(c.req.header('content-type'), c.req.header('content-encoding'));
	const text = decode(bytes);
	if (text.trim() === '') throw noBody();
	try {
		JSON.parse(text);
	} catch (error) {
		throw new BasinError('invalid_request', `The body is not valid JSON: ${(error as SyntaxError).message}.`);
	}
	const { url, method, headers } = c.req.raw;
	c.req.raw = new Request(url, { method, headers, body: text });
	await next();
};

function refuseOtherTypes(type: string | undefined, encoding: string | undefined): void {
	const [essence, ...parameters] = (type ?? '').toLowerCase().split(';');
	const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
	const readable =
		/^application\/([a-z.-]+\+)?json$/.test(essence!.trim()) &&
		(charset === undefined || /^charset="?utf-?8"?$/.test(charset)) &&
		(encoding === undefined || encoding === 'identity');
	if (!readable) {
		throw new BasinError(
			'unsupported_media_type',
			'Send the body as JSON in UTF-8, uncompressed, with `Content-Type: application/json`.',
		);
	}
}

async function readBytes(body: ReadableStream<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	// Leaving the loop cancels the stream, so a chunked body is read no further than the limit.
	for await (const chunk of body) {
		size += chunk.byteLength;
		if (size > limits.bodyBytes) throw tooLarge();
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function decode(bytes: Buffer): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		throw new BasinError('invalid_request', 'The body is not valid UTF-8.');
	}
}

const noBody = () => new BasinError('invalid_request', 'The request has no body; send it as JSON.');
const tooLarge = () => new BasinError('body_too_large', `A body may have at most ${limits.bodyBytes} bytes (64 KiB).`);
