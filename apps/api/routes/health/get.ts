import { Health, Readiness } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { createRoute } from '@hono/zod-openapi';
import type { Api, ApiDeps } from '../../deps.ts';
import { causeOf } from '../../log.ts';
import { json, problems } from '../../responses.ts';

const health = createRoute({
	method: 'get',
	path: '/healthz',
	operationId: 'getHealth',
	tags: ['health'],
	summary: 'The process runs',
	responses: { 200: json(Health, 'It runs.') },
});

const readiness = createRoute({
	method: 'get',
	path: '/readyz',
	operationId: 'getReadiness',
	tags: ['health'],
	summary: 'The database and the queue answer',
	responses: { 200: json(Readiness, 'They answer.'), ...problems('unavailable') },
});

export function healthRoutes(api: Api, { ready, log }: ApiDeps): void {
	api.openapi(health, (c) => c.json({ status: 'ok' as const }, 200));
	api.openapi(readiness, async (c) => {
		const details = await ready().catch((error: unknown) => {
			log.warn('not ready', { cause: causeOf(error) });
			throw new BasinError('unavailable', 'The database or the queue does not answer.');
		});
		return c.json({ status: 'ok' as const, ...details }, 200);
	});
}
