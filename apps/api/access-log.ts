import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './deps.ts';
import type { Log } from './log.ts';

const slowMs = 1000;

/** One line for every change and every failure or slow answer; reads that went well are left out. */
export function accessLog(log: Log): MiddlewareHandler<ApiEnv> {
	return async (c, next) => {
		const startedAt = performance.now();
		await next();
		const durationMs = Math.round(performance.now() - startedAt);
		const { status } = c.res;
		const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
		if (isRead && status < 500 && durationMs < slowMs) return;
		const { sweepId, trialId } = c.req.param() as { sweepId?: string; trialId?: string };
		const about = { ...(sweepId && { sweepId }), ...(trialId && { trialId }) };
		const requestId = c.get('requestId');
		const fields = { method: c.req.method, path: c.req.path, status, durationMs, requestId, ...about };
		log[status >= 500 ? 'error' : 'info']('request', fields);
	};
}
