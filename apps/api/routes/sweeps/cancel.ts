import { Sweep } from '@basin/core/contracts/api.ts';
import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/sweeps/{sweepId}/cancel',
	operationId: 'cancelSweep',
	tags: ['sweeps'],
	summary: 'Cancel a sweep: what waits ends now, what runs within 20 seconds',
	request: { params: sweepPath, query: noQuery },
	responses: {
		200: json(Sweep, 'The sweep, cancelled or cancelling.'),
		...problems('sweep_not_found', 'already_terminal'),
	},
});

export function cancelSweepRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => c.json(await cancelSweep({ db, sweepId: c.req.valid('param').sweepId }), 200));
}
