import { BasinError } from '@basin/core/contracts/errors.ts';
import { contentPolicies, pageHeaders } from '@basin/core/contracts/page-headers.ts';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './deps.ts';

export const loopbackHosts: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Refuses requests that a foreign page makes a browser send: a `Host` that is not ours (DNS rebinding), or an `Origin`
 * other than the one that the request is for. Programs send no `Origin`.
 */
export function hostGuard(allowedHosts: readonly string[] | 'any'): MiddlewareHandler<ApiEnv> {
	return async (c, next) => {
		const url = new URL(c.req.url);
		const host = c.req.header('host') ?? url.host;
		if (allowedHosts !== 'any' && !allowedHosts.includes(hostNameOf(host))) {
			throw new BasinError('forbidden', 'This address is not served here: the Host header names another host.');
		}
		const origin = c.req.header('origin');
		if (origin !== undefined && hostOf(origin) !== host.toLowerCase()) {
			throw new BasinError('forbidden', 'Requests from pages of another origin are refused.');
		}
		await next();
	};
}

function hostNameOf(host: string): string {
	return URL.parse(`http://${host}`)?.hostname ?? '';
}

function hostOf(origin: string): string | undefined {
	return URL.parse(origin)?.host;
}

/** Security headers on every answer, and the content security policy of its kind. */
export const securityHeaders: MiddlewareHandler<ApiEnv> = async (c, next) => {
	await next();
	const { headers } = c.res;
	for (const [name, value] of Object.entries(pageHeaders)) headers.set(name, value);
	headers.set('Content-Security-Policy', contentPolicies[kindOf(c.req.path, headers.get('content-type') ?? '')]);
	if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
};

function kindOf(path: string, contentType: string): keyof typeof contentPolicies {
	if (!contentType.startsWith('text/html')) return 'api';
	return path === '/docs' ? 'docs' : 'webApp';
}
