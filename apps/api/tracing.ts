import type { Tracer } from '@basin/core/telemetry/tracer.ts';
import type { Db } from '@basin/db/client.ts';
import type { SendBatch } from '@basin/db/outbox/relay.ts';
import { readTraceParents } from '@basin/db/work/trace-parents.ts';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { ApiEnv } from './deps.ts';

/** A span for every request, named by its route's pattern; a caller's `traceparent` is gone on with. */
export function traceRequests(tracer: Tracer): MiddlewareHandler<ApiEnv> {
	return async (c, next) => {
		const { method, path } = c.req;
		const span = tracer.start(method, {
			kind: 'server',
			parent: c.req.header('traceparent'),
			attributes: { 'http.request.method': method, 'url.path': path, 'basin.request_id': c.get('requestId') },
		});
		c.set('traceParent', span.traceParent);
		await next();
		const route = matchedRoutes(c).findLast((one) => one.method !== 'ALL' && one.path !== '/*')?.path;
		if (route !== undefined) span.rename(`${method} ${route}`);
		const { status } = c.res;
		span.set({ 'http.response.status_code': status, ...(route === undefined ? {} : { 'http.route': route }) });
		span.end(status >= 500 ? `HTTP ${status}` : undefined);
	};
}

/** A `send` whose messages carry on the trace of the request that made their sweep. */
export function traceSend({ db, send, tracer }: { db: Db; send: SendBatch; tracer: Tracer }): SendBatch {
	return async (batch) => {
		const parents = await readTraceParents({ db, trialIds: batch.map(({ message }) => message.trialId) });
		const traced = batch.map((entry) => {
			const { trialId } = entry.message;
			const parent = parents.get(trialId);
			if (parent === undefined) return { entry, span: undefined };
			const span = tracer.start('send trial', { kind: 'producer', parent, attributes: { 'basin.trial_id': trialId } });
			return { entry: { ...entry, message: { ...entry.message, traceParent: span.traceParent } }, span };
		});
		const successful = new Set<string>();
		try {
			const sent = await send(traced.map(({ entry }) => entry));
			for (const id of sent.successfulIds) successful.add(id);
			return sent;
		} finally {
			for (const { entry, span } of traced)
				span?.end(successful.has(entry.id) ? undefined : 'The queue did not take it.');
		}
	};
}
