import { MetricsPage } from '@basin/core/contracts/api.ts';
import { limits } from '@basin/core/contracts/sweep-spec.ts';
import { listMetrics } from '@basin/db/trials/list-metrics.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { integerParameter, trialPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/trials/{trialId}/metrics',
	operationId: 'listMetrics',
	tags: ['trials'],
	summary: 'The epochs of a trial, in order',
	request: {
		params: trialPath,
		query: z.strictObject({
			after: integerParameter({
				min: 0,
				max: limits.epochs,
				description: 'Only epochs after this one: the last that you have, or `nextCursor`.',
			}).optional(),
			limit: integerParameter({
				min: 1,
				max: limits.epochs,
				description: 'Epochs in a page; 1000 unless told.',
			}).optional(),
		}),
	},
	responses: { 200: json(MetricsPage, 'A page of epochs.'), ...problems('trial_not_found') },
});

export function listMetricsRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { limit = 1000, ...query } = c.req.valid('query');
		return c.json(await listMetrics({ db, trialId: c.req.valid('param').trialId, ...query, limit }), 200);
	});
}
