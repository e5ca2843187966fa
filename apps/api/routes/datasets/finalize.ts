import { DatasetInfo } from '@basin/core/contracts/api.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { finalizeDataset } from '../../finalize-dataset.ts';
import { datasetPath, noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/datasets/{datasetId}/finalize',
	operationId: 'finalizeDataset',
	tags: ['datasets'],
	summary: 'Check what was uploaded, and make it a data set that sweeps can name',
	request: { params: datasetPath, query: noQuery },
	responses: {
		200: json(DatasetInfo, 'The data set.'),
		...problems('dataset_not_found', 'upload_incomplete', 'invalid_dataset', 'dataset_exists'),
	},
});

export function finalizeDatasetRoute(api: Api, deps: ApiDeps): void {
	api.openapi(route, async (c) => c.json(await finalizeDataset(deps, c.req.valid('param').datasetId), 200));
}
