import { Sweep } from '@basin/core/contracts/api.ts';
import { pauseSweep } from '@basin/db/sweeps/pause.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/sweeps/{sweepId}/pause',
	operationId: 'pauseSweep',
	tags: ['sweeps'],
	summary: 'Pause a sweep: start nothing new; what runs keeps a checkpoint and waits',
	request: { params: sweepPath, query: noQuery },
	responses: {
		200: json(Sweep, 'The sweep, paused.'),
		...problems('sweep_not_found', 'already_terminal', 'state_conflict'),
	},
});

export function pauseSweepRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => c.json(await pauseSweep({ db, sweepId: c.req.valid('param').sweepId }), 200));
}
