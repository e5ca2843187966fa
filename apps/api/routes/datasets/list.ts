import { DatasetPage } from '@basin/core/contracts/api.ts';
import { datasets } from '@basin/core/domain/datasets.ts';
import { createRoute } from '@hono/zod-openapi';
import type { Api } from '../../deps.ts';
import { noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = createRoute({
	method: 'get',
	path: '/v1/datasets',
	operationId: 'listDatasets',
	tags: ['datasets'],
	summary: 'The data sets that a sweep can name',
	request: { query: noQuery },
	responses: { 200: json(DatasetPage, 'The data sets.'), ...problems() },
});

export function listDatasetsRoute(api: Api): void {
	api.openapi(route, (c) => c.json({ items: Object.values(datasets), nextCursor: null }, 200));
}
