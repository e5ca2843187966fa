import { TrialWithAttempts } from '@basin/core/contracts/api.ts';
import { retryTrial } from '@basin/db/trials/retry.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, trialPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/trials/{trialId}/retry',
	operationId: 'retryTrial',
	tags: ['trials'],
	summary: 'Run one failed trial again with a fresh budget',
	request: { params: trialPath, query: noQuery },
	responses: {
		200: json(TrialWithAttempts, 'The trial, queued; one that waits or runs already is answered as it is.'),
		...problems('trial_not_found', 'already_terminal', 'state_conflict', 'dataset_not_found'),
	},
});

export function retryTrialRoute(api: Api, { db, wake }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const trial = await retryTrial({ db, trialId: c.req.valid('param').trialId });
		wake?.();
		return c.json(trial, 200);
	});
}
