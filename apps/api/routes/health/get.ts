import { Health, Readiness } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { causeOf } from '../../log.ts';
import { json, openProblems } from '../../responses.ts';

const health = defineRoute('open', {
	method: 'get',
	path: '/healthz',
	operationId: 'getHealth',
	tags: ['health'],
	summary: 'The process runs',
	responses: { 200: json(Health, 'It runs.'), ...openProblems() },
});

const readiness = defineRoute('open', {
	method: 'get',
	path: '/readyz',
	operationId: 'getReadiness',
	tags: ['health'],
	summary: 'The database and the queue answer',
	responses: { 200: json(Readiness, 'They answer.'), ...openProblems('unavailable') },
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
