import { Baseline, BaselineInput } from '@basin/core/contracts/gates.ts';
import { setBaseline } from '@basin/db/baselines/set.ts';
import { defineRoute, requireOwn } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { baselinePath, noQuery } from '../../parameters.ts';
import { jsonBody } from '../../request-body.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'put',
	path: '/v1/baselines/{name}',
	operationId: 'setBaseline',
	tags: ['baselines'],
	summary: 'Keep the results of an ended sweep under a name, for later sweeps to be compared with',
	description:
		'The results are copied: extending, retrying or deleting the sweep afterwards changes nothing of the baseline.',
	middleware: [jsonBody] as const,
	request: {
		params: baselinePath,
		query: noQuery,
		body: { required: true, content: { 'application/json': { schema: BaselineInput } } },
	},
	responses: {
		200: json(Baseline, 'The baseline.'),
		...problems(
			'sweep_not_found',
			'baseline_not_found',
			'not_terminal',
			'not_comparable',
			'invalid_spec',
			'body_too_large',
			'unsupported_media_type',
		),
	},
});

export function setBaselineRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { sweepId } = c.req.valid('json');
		await requireOwn(c, 'sweepId', sweepId);
		return c.json(
			await setBaseline({ db, projectId: c.get('identity').projectId, name: c.req.valid('param').name, sweepId }),
			200,
		);
	});
}
