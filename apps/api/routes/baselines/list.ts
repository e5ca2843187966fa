import { BaselinePage } from '@basin/core/contracts/gates.ts';
import { listBaselines } from '@basin/db/baselines/list.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { cursorParameter, defaultLimit, limitParameter } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/baselines',
	operationId: 'listBaselines',
	tags: ['baselines'],
	summary: 'The baselines, by name',
	request: { query: z.strictObject({ cursor: cursorParameter.optional(), limit: limitParameter.optional() }) },
	responses: { 200: json(BaselinePage, 'A page of baselines.'), ...problems() },
});

export function listBaselinesRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { limit = defaultLimit, cursor } = c.req.valid('query');
		return c.json(await listBaselines({ db, projectId: c.get('identity').projectId, query: { cursor, limit } }), 200);
	});
}
