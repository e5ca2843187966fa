import { GateInput, GateReport } from '@basin/core/contracts/gates.ts';
import { gateRules, judge } from '@basin/core/domain/gate.ts';
import { invalid } from '@basin/core/domain/spec-faults.ts';
import { getBaselineSide } from '@basin/db/baselines/get.ts';
import { readGateSide } from '@basin/db/sweeps/gate-side.ts';
import { defineRoute, requireOwn } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { jsonBody } from '../../request-body.ts';
import { json, problems } from '../../responses.ts';

const example = {
	baseline: 'main',
	metrics: [
		{ metric: 'valAccuracy' as const, maxDrop: 0.005 },
		{ metric: 'epochSeconds' as const, maxRise: '10%' },
	],
};

const route = defineRoute('read', {
	method: 'post',
	path: '/v1/sweeps/{sweepId}/gate',
	operationId: 'gateSweep',
	tags: ['sweeps'],
	summary: 'Whether an ended sweep is worse than a baseline or another sweep; changes nothing',
	description: gateRules,
	middleware: [jsonBody] as const,
	request: {
		params: sweepPath,
		query: noQuery,
		body: { required: true, content: { 'application/json': { schema: GateInput, example } } },
	},
	responses: {
		200: json(GateReport, 'The verdict, and why; a regression is a 200, too.'),
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

export function gateSweepRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const input = c.req.valid('json');
		const { sweepId } = c.req.valid('param');
		refuseUnclear(input);
		const sweep = await readGateSide(db.sql, sweepId);
		const { baseline: name = null, against } = input;
		if (against !== undefined) await requireOwn(c, 'sweepId', against);
		const { projectId } = c.get('identity');
		const baseline =
			name === null ? await readGateSide(db.sql, against!) : await getBaselineSide({ db, projectId, name });
		return c.json({ ...judge(input, sweep, baseline), baseline: { name, sweepId: baseline.sweepId } }, 200);
	});
}

/** What the schema cannot say. */
function refuseUnclear({ baseline, against, metrics }: GateInput): void {
	if ((baseline === undefined) === (against === undefined)) {
		throw invalid('invalid_spec', [{ pointer: '', message: 'needs either `baseline` or `against`' }]);
	}
	const names = metrics.map(({ metric }) => metric);
	const again = names.findIndex((name, index) => names.indexOf(name) < index);
	if (again >= 0) throw invalid('invalid_spec', [{ pointer: `/metrics/${again}`, message: `repeats ${names[again]}` }]);
}
