import { ExtendedSweep } from '@basin/core/contracts/api.ts';
import { SweepExtension } from '@basin/core/contracts/sweep-extension.ts';
import { extendSweep } from '@basin/db/sweeps/extend.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { jsonBody } from '../../request-body.ts';
import { json, problems } from '../../responses.ts';

const example = { seeds: [3, 4], grid: { eta: [0.3] } };

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/sweeps/{sweepId}/extend',
	operationId: 'extendSweep',
	tags: ['sweeps'],
	summary: 'Give a sweep more seeds or values; nothing that was done is done again',
	description:
		'The trials that are missing are added and none that exists is touched, so the same request again adds nothing. A sweep that had ended runs again.',
	middleware: [jsonBody] as const,
	request: {
		params: sweepPath,
		query: noQuery,
		body: { required: true, content: { 'application/json': { schema: SweepExtension, example } } },
	},
	responses: {
		200: json(ExtendedSweep, 'The sweep, what is new, and what it had already.'),
		...problems(
			'sweep_not_found',
			'state_conflict',
			'dataset_not_found',
			'invalid_spec',
			'body_too_large',
			'unsupported_media_type',
			'quota_exceeded',
		),
	},
});

export function extendSweepRoute(api: Api, { db, wake }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { sweepId } = c.req.valid('param');
		const sweep = await extendSweep({ db, sweepId, extension: c.req.valid('json') });
		wake?.();
		return c.json(sweep, 200);
	});
}
