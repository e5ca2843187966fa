import { Sweep } from '@basin/core/contracts/api.ts';
import { stopSweep } from '@basin/db/sweeps/stop.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/sweeps/{sweepId}/stop',
	operationId: 'stopSweep',
	tags: ['sweeps'],
	summary: 'Stop a sweep: what runs may end, what waits is dropped',
	request: { params: sweepPath, query: noQuery },
	responses: {
		200: json(Sweep, 'The sweep, stopping or ended.'),
		...problems('sweep_not_found', 'already_terminal', 'state_conflict'),
	},
});

export function stopSweepRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => c.json(await stopSweep({ db, sweepId: c.req.valid('param').sweepId }), 200));
}
