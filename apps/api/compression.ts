import type { MiddlewareHandler } from 'hono';
import { COMPRESSIBLE_CONTENT_TYPE_REGEX, compress } from 'hono/compress';
import { addressOf } from './access/rate-limits.ts';
import type { ApiEnv } from './deps.ts';

const gzip = compress({
	encoding: 'gzip',
	contentTypeFilter: (type) => COMPRESSIBLE_CONTENT_TYPE_REGEX.test(type) || type.startsWith('application/x-ndjson'),
});

const isLoopback = (address: string | undefined) => /^(127\.|::1$|::ffff:127\.)/.test(address ?? '');

/**
 * Compresses what is read, for who can take it: a board of 10,000 configurations is a tenth. Not events, which must not wait for
 * a full block; not answers to writes, which may hold a secret beside the caller's words (BREACH); and nothing for a client
 * on this machine, whom unpacking costs more than reading.
 */
export const compressed: MiddlewareHandler<ApiEnv> = (c, next) =>
	c.req.method !== 'GET' || isLoopback(addressOf(c)) ? next() : gzip(c, next);
