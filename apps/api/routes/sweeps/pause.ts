import { Sweep } from '@basin/core/contracts/api.ts';
import { pauseSweep } from '@basin/db/sweeps/pause.ts';
import { createRoute } from '@hono/zod-openapi';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = createRoute({
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
