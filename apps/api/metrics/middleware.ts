import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
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

/** `/metrics`, for Prometheus; it is no part of the API that programs use. */
export function metricsRoute(app: Api, metrics: Metrics): void {
	app.get('/metrics', async (c) => c.body(await metrics.render(), 200, { 'Content-Type': metrics.contentType }));
}
