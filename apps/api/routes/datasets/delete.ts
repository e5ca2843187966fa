import { DeletedDataset } from '@basin/core/contracts/datasets.ts';
import { datasetKey } from '@basin/core/domain/dataset-files/stored-dataset.ts';
import { deleteDataset } from '@basin/db/datasets/delete.ts';
import { defineRoute } from '../../access/define-route.ts';
import { partKeys } from '../../dataset-parts.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { causeOf } from '../../log.ts';
import { datasetPath, noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('admin', {
	method: 'delete',
	path: '/v1/datasets/{datasetId}',
	operationId: 'deleteDataset',
	tags: ['datasets'],
	summary: 'Delete an uploaded data set, or an upload that is not finished',
	request: { params: datasetPath, query: noQuery },
	responses: {
		200: json(DeletedDataset, 'What was deleted.'),
		...problems('dataset_not_found', 'dataset_in_use'),
	},
});

export function deleteDatasetRoute(api: Api, { db, deleteObjects, log }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { datasetId } = c.req.valid('param');
		const { name, upload, sha256 } = await deleteDataset({ db, datasetId });
		const keys = [...partKeys(datasetId, upload), ...(sha256 === null ? [] : [datasetKey(sha256)])];
		await deleteObjects(keys).catch((error: unknown) => {
			log.error('objects of a deleted data set remain', { datasetId, cause: causeOf(error) });
		});
		return c.json({ id: datasetId, name }, 200);
	});
}
