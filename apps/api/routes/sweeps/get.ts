import { Sweep } from '@basin/core/contracts/api.ts';
import { getSweep } from '@basin/db/sweeps/get.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/sweeps/{sweepId}',
	operationId: 'getSweep',
	tags: ['sweeps'],
	summary: 'One sweep: its spec, counts, progress and best configuration so far',
	request: { params: sweepPath, query: noQuery },
	responses: { 200: json(Sweep, 'The sweep.'), ...problems('sweep_not_found') },
});

export function getSweepRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => c.json(await getSweep({ db, sweepId: c.req.valid('param').sweepId }), 200));
}
