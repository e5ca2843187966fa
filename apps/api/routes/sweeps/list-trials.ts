import { TrialPage } from '@basin/core/contracts/api.ts';
import { TrialState } from '@basin/core/contracts/states.ts';
import { listTrials } from '@basin/db/trials/list.ts';
import { createRoute, z } from '@hono/zod-openapi';
import type { Api, ApiDeps } from '../../deps.ts';
import { cursorParameter, defaultLimit, limitParameter, sweepPath, textParameter } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = createRoute({
	method: 'get',
	path: '/v1/sweeps/{sweepId}/trials',
	operationId: 'listTrials',
	tags: ['sweeps'],
	summary: 'The trials of a sweep',
	request: {
		params: sweepPath,
		query: z.strictObject({
			state: TrialState.optional(),
			configuration: textParameter({
				max: 64,
				description: 'Only the trials of the configuration with this hash.',
			}).optional(),
			cursor: cursorParameter.optional(),
			limit: limitParameter.optional(),
		}),
	},
	responses: { 200: json(TrialPage, 'A page of trials.'), ...problems('sweep_not_found') },
});

export function listTrialsRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { limit = defaultLimit, ...query } = c.req.valid('query');
		return c.json(await listTrials({ db, sweepId: c.req.valid('param').sweepId, query: { ...query, limit } }), 200);
	});
}
