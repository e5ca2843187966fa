import { RetriedSweep } from '@basin/core/contracts/api.ts';
import { retryFailed } from '@basin/db/sweeps/retry-failed.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/sweeps/{sweepId}/retry-failed',
	operationId: 'retryFailed',
	tags: ['sweeps'],
	summary: 'Run every failed trial again with a fresh budget; what succeeded is not touched',
	request: { params: sweepPath, query: noQuery },
	responses: {
		200: json(RetriedSweep, 'The sweep; it runs again if it had ended.'),
		...problems('sweep_not_found', 'state_conflict', 'dataset_not_found'),
	},
});

export function retryFailedRoute(api: Api, { db, wake }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const sweep = await retryFailed({ db, sweepId: c.req.valid('param').sweepId });
		wake?.();
		return c.json(sweep, 200);
	});
}
