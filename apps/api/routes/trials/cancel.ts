import { TrialWithAttempts } from '@basin/core/contracts/api.ts';
import { cancelTrial } from '@basin/db/trials/cancel.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, trialPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/trials/{trialId}/cancel',
	operationId: 'cancelTrial',
	tags: ['trials'],
	summary: 'Cancel one trial: now when it waits, within 20 seconds when it runs',
	request: { params: trialPath, query: noQuery },
	responses: {
		200: json(TrialWithAttempts, 'The trial, cancelled or still running until its worker has heard.'),
		...problems('trial_not_found', 'already_terminal'),
	},
});

export function cancelTrialRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => c.json(await cancelTrial({ db, trialId: c.req.valid('param').trialId }), 200));
}
