import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { requireDefaultProject } from '../access/identity.ts';
import type { Api, ApiEnv } from '../deps.ts';
import type { Metrics } from './metrics.ts';

/** Counts every answer under the pattern of its route: an id in a label would be a series of its own. */
export function countRequests(metrics: Metrics): MiddlewareHandler<ApiEnv> {
	return async (c, next) => {
		const startedAt = performance.now();
		await next();
		const route = matchedRoutes(c).findLast(({ method, path }) => method !== 'ALL' && path !== '/*')?.path ?? 'none';
		const seconds = (performance.now() - startedAt) / 1000;
		metrics.observeRequest({ method: c.req.method, route, status: c.res.status, seconds });
	};
}

/** `/metrics`, for Prometheus. It tells of every project, so a token has to be of the default one; any scope will do. */
export function metricsRoute(app: Api, metrics: Metrics, authenticated: MiddlewareHandler<ApiEnv>): void {
	app.get('/metrics', authenticated, async (c) => {
		requireDefaultProject(c.get('identity'));
		return c.body(await metrics.render(), 200, { 'Content-Type': metrics.contentType });
	});
}
