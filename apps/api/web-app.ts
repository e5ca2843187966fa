import { cacheControl } from '@basin/core/contracts/page-headers.ts';
import { serveStatic } from '@hono/node-server/serve-static';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './deps.ts';

const nothing = async () => {};

/** Paths that are the API's: what is unknown under them is a 404, never a page. */
const apiPath = /^\/(v\d+|docs|openapi\.json|healthz|readyz)(\/|$)/;

/**
 * The built web app: files by their names, and for a browser's request for any other path the page, which routes it.
 */
export function webApp(webDir: string): MiddlewareHandler<ApiEnv> {
	const files = serveStatic<ApiEnv>({ root: webDir });
	const page = serveStatic<ApiEnv>({ path: `${webDir}/index.html` });
	return async (c, next) => {
		if (apiPath.test(c.req.path)) return next();
		const isAsset = c.req.path.startsWith('/assets/');
		const wantsPage = c.req.header('accept')?.includes('text/html') && !isAsset;
		const response = (await files(c, nothing)) ?? (wantsPage ? await page(c, nothing) : undefined);
		if (!response) return next();
		response.headers.set('Cache-Control', isAsset ? cacheControl.asset : cacheControl.page);
		return response;
	};
}
