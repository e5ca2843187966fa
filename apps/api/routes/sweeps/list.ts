import { SweepPage } from '@basin/core/contracts/api.ts';
import { SweepState } from '@basin/core/contracts/states.ts';
import { listSweeps } from '@basin/db/sweeps/list.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { cursorParameter, defaultLimit, limitParameter, textParameter } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/sweeps',
	operationId: 'listSweeps',
	tags: ['sweeps'],
	summary: 'List sweeps, newest first',
	request: {
		query: z.strictObject({
			state: SweepState.optional(),
			label: textParameter({ max: 320, description: 'Sweeps with this label: `key` or `key:value`.' }).optional(),
			q: textParameter({ max: 200, description: 'Sweeps whose name contains this, in any case.' }).optional(),
			cursor: cursorParameter.optional(),
			limit: limitParameter.optional(),
		}),
	},
	responses: { 200: json(SweepPage, 'A page of sweeps.'), ...problems() },
});

export function listSweepsRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { limit = defaultLimit, ...query } = c.req.valid('query');
		return c.json(await listSweeps({ db, projectId: c.get('identity').projectId, query: { ...query, limit } }), 200);
	});
}
