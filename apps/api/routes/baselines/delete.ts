import { DeletedBaseline } from '@basin/core/contracts/gates.ts';
import { deleteBaseline } from '@basin/db/baselines/delete.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { baselinePath, noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'delete',
	path: '/v1/baselines/{name}',
	operationId: 'deleteBaseline',
	tags: ['baselines'],
	summary: 'Forget a baseline; its sweep stays',
	request: { params: baselinePath, query: noQuery },
	responses: { 200: json(DeletedBaseline, 'What was forgotten.'), ...problems('baseline_not_found') },
});

export function deleteBaselineRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { name } = c.req.valid('param');
		await deleteBaseline({ db, projectId: c.get('identity').projectId, name });
		return c.json({ name }, 200);
	});
}
