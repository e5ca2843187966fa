import { DatasetContent } from '@basin/core/contracts/datasets.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { datasetKey } from '@basin/core/domain/dataset-files/stored-dataset.ts';
import { getDataset } from '@basin/db/datasets/get.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { datasetPath, noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/datasets/{datasetId}/content',
	operationId: 'getDatasetContent',
	tags: ['datasets'],
	summary: 'A link to what trials train on, one safetensors file, that is valid for five minutes',
	request: { params: datasetPath, query: noQuery },
	responses: { 200: json(DatasetContent, 'The link.'), ...problems('dataset_not_found', 'upload_incomplete') },
});

export function getDatasetContentRoute(api: Api, { db, presign }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { datasetId } = c.req.valid('param');
		const { upload, ready } = await getDataset({ db, datasetId });
		const sha256 = ready?.sha256;
		if (!sha256) throw new BasinError('upload_incomplete', `The data set ${upload.name} has not been finalized.`);
		const url = await presign(datasetKey(sha256), `${upload.name}.safetensors`);
		return c.json({ id: datasetId, name: upload.name, sha256, url }, 200);
	});
}
