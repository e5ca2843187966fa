import { Baseline } from '@basin/core/contracts/gates.ts';
import { getBaseline } from '@basin/db/baselines/get.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { baselinePath, noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/baselines/{name}',
	operationId: 'getBaseline',
	tags: ['baselines'],
	summary: 'One baseline: of which sweep, and since when',
	request: { params: baselinePath, query: noQuery },
	responses: { 200: json(Baseline, 'The baseline.'), ...problems('baseline_not_found') },
});

export function getBaselineRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) =>
		c.json(await getBaseline({ db, projectId: c.get('identity').projectId, name: c.req.valid('param').name }), 200),
	);
}
