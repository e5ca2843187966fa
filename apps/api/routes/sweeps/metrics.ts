import { SweepMetricsPoint } from '@basin/core/contracts/api.ts';
import { exportMetrics } from '@basin/db/exports/metrics.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { acceptedType, type Exporter, exportContent } from '../../exports/respond.ts';
import { metricsTable } from '../../exports/tables.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/sweeps/{sweepId}/metrics',
	operationId: 'exportMetrics',
	tags: ['sweeps'],
	summary: 'Every epoch of every trial of a sweep, as a file',
	description:
		'By configuration, seed and epoch, of one moment. `Accept` says the format: `application/x-ndjson` (unless told), `text/csv` or `application/vnd.apache.parquet`.',
	request: { params: sweepPath, query: noQuery },
	responses: {
		200: { description: 'Every epoch.', content: exportContent(SweepMetricsPoint) },
		...problems('sweep_not_found'),
	},
});

export function sweepMetricsRoute(api: Api, { db }: ApiDeps, exporter: Exporter): void {
	api.openapi(route, async (c) => {
		const { sweepId } = c.req.valid('param');
		const type = acceptedType(c, 'application/x-ndjson');
		const open = () => exportMetrics({ db, sweepId });
		return exporter(c, { table: metricsTable, type, sweepId, open });
	});
}
