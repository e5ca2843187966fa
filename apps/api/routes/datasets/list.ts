import { DatasetPage } from '@basin/core/contracts/api.ts';
import { datasets } from '@basin/core/domain/datasets.ts';
import { listDatasets } from '@basin/db/datasets/list.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

/** A page would help nobody who picks a data set from a list; a thousand own ones are more than anyone picks from. */
const ownLimit = 1000;

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/datasets',
	operationId: 'listDatasets',
	tags: ['datasets'],
	summary: 'The data sets that a sweep can name: built-in ones, then uploaded ones by name',
	request: { query: noQuery },
	responses: { 200: json(DatasetPage, 'The data sets.'), ...problems() },
});

export function listDatasetsRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const own = await listDatasets({ db, projectId: c.get('identity').projectId, query: { limit: ownLimit } });
		return c.json({ items: [...Object.values(datasets), ...own], nextCursor: null }, 200);
	});
}
