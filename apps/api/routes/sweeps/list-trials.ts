import { Trial, TrialPage } from '@basin/core/contracts/api.ts';
import { TrialState } from '@basin/core/contracts/states.ts';
import { exportTrials } from '@basin/db/exports/trials.ts';
import { listTrials } from '@basin/db/trials/list.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { acceptedType, type Exporter, exportContent } from '../../exports/respond.ts';
import { trialsTable } from '../../exports/tables.ts';
import { cursorParameter, defaultLimit, limitParameter, sweepPath, textParameter } from '../../parameters.ts';
import { problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/sweeps/{sweepId}/trials',
	operationId: 'listTrials',
	tags: ['sweeps'],
	summary: 'The trials of a sweep',
	description:
		'`Accept: text/csv`, `application/x-ndjson` or `application/vnd.apache.parquet` streams every trial, of one moment; `cursor` and `limit` are for JSON.',
	request: {
		params: sweepPath,
		query: z.strictObject({
			state: TrialState.optional(),
			configuration: textParameter({
				max: 64,
				description: 'Only the trials of the configuration with this hash.',
			}).optional(),
			cursor: cursorParameter.optional(),
			limit: limitParameter.optional(),
		}),
	},
	responses: {
		200: {
			description: 'A page of trials; every trial as a file.',
			content: { 'application/json': { schema: TrialPage }, ...exportContent(Trial) },
		},
		...problems('sweep_not_found'),
	},
});

export function listTrialsRoute(api: Api, { db }: ApiDeps, exporter: Exporter): void {
	api.openapi(route, async (c) => {
		const { limit = defaultLimit, ...query } = c.req.valid('query');
		const { sweepId } = c.req.valid('param');
		const type = acceptedType(c, 'application/json');
		if (type === 'application/json') return c.json(await listTrials({ db, sweepId, query: { ...query, limit } }), 200);
		const open = () => exportTrials({ db, sweepId, query });
		return exporter(c, { table: trialsTable, type, sweepId, open });
	});
}
