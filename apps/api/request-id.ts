import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './deps.ts';

/** Gives every request a name, or keeps the caller's, and answers it as `X-Request-Id`. */
export const requestId: MiddlewareHandler<ApiEnv> = async (c, next) => {
	const given = c.req.header('x-request-id');
	const id = given !== undefined && /^[\w.-]{1,64}$/.test(given) ? given : `req_${randomUUID().replaceAll('-', '')}`;
	c.set('requestId', id);
	await next();
	c.res.headers.set('X-Request-Id', id);
};
