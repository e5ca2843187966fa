import { TrialWithAttempts } from '@basin/core/contracts/api.ts';
import { getTrial } from '@basin/db/trials/get.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, trialPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/trials/{trialId}',
	operationId: 'getTrial',
	tags: ['trials'],
	summary: 'One trial with its attempts',
	request: { params: trialPath, query: noQuery },
	responses: { 200: json(TrialWithAttempts, 'The trial.'), ...problems('trial_not_found') },
});

export function getTrialRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => c.json(await getTrial({ db, trialId: c.req.valid('param').trialId }), 200));
}
