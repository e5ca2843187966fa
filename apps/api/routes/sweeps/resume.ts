import { Sweep } from '@basin/core/contracts/api.ts';
import { resumeSweep } from '@basin/db/sweeps/resume.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/sweeps/{sweepId}/resume',
	operationId: 'resumeSweep',
	tags: ['sweeps'],
	summary: 'Go on with a paused sweep',
	request: { params: sweepPath, query: noQuery },
	responses: {
		200: json(Sweep, 'The sweep, no longer paused.'),
		...problems('sweep_not_found', 'already_terminal', 'state_conflict'),
	},
});

export function resumeSweepRoute(api: Api, { db, wake }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const sweep = await resumeSweep({ db, sweepId: c.req.valid('param').sweepId });
		wake?.();
		return c.json(sweep, 200);
	});
}
