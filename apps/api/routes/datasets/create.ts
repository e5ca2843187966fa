import { DatasetUpload, DatasetUploadInput, datasetLimits } from '@basin/core/contracts/datasets.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { datasets as builtIn } from '@basin/core/domain/datasets.ts';
import { createDataset } from '@basin/db/datasets/create.ts';
import { defineRoute } from '../../access/define-route.ts';
import { partKeys, partsOf } from '../../dataset-parts.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { causeOf } from '../../log.ts';
import { noQuery } from '../../parameters.ts';
import { jsonBody } from '../../request-body.ts';
import { json, problems } from '../../responses.ts';

const example = { name: 'iris', format: 'csv' as const, files: [{ name: 'iris.csv', sizeBytes: 3858 }] };

const route = defineRoute('submit', {
	method: 'post',
	path: '/v1/datasets',
	operationId: 'createDataset',
	tags: ['datasets'],
	summary: 'Announce an upload; then PUT the parts and finalize it',
	middleware: [jsonBody] as const,
	request: {
		query: noQuery,
		body: { required: true, content: { 'application/json': { schema: DatasetUploadInput, example } } },
	},
	responses: {
		201: json(DatasetUpload, 'Where the bytes go.'),
		...problems('dataset_exists', 'invalid_spec', 'body_too_large', 'unsupported_media_type'),
	},
});

export function createDatasetRoute(api: Api, { db, datasets, deleteObjects, log }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const input = c.req.valid('json');
		refuseImpossible(input);
		const { id, abandoned } = await createDataset({ db, projectId: c.get('identity').projectId, input });
		const expiresAt = new Date(Date.now() + datasetLimits.uploadSeconds * 1000).toISOString();
		const files = await Promise.all(
			partsOf(id, input).map(async (parts, index) => ({
				name: input.files[index]!.name,
				parts: await Promise.all(
					parts.map(async ({ key, sizeBytes }) => ({ url: await datasets.presignPut(key), sizeBytes })),
				),
			})),
		);
		await deleteObjects(abandoned.flatMap(({ id, upload }) => partKeys(id, upload))).catch((error: unknown) => {
			log.error('the parts of abandoned uploads remain', { uploads: abandoned.length, cause: causeOf(error) });
		});
		return c.json({ id, name: input.name, expiresAt, files }, 201);
	});
}

/** What the schema cannot say. */
function refuseImpossible({ name, files }: DatasetUploadInput): void {
	if (name in builtIn) throw new BasinError('dataset_exists', `${name} is a built-in data set: choose another name.`);
	const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
	if (total > datasetLimits.uploadBytes) {
		const message = 'must be at most 256 MiB together';
		throw new BasinError('invalid_spec', `/files ${message}.`, [{ pointer: '/files', message }]);
	}
	const names = files.map((file) => file.name);
	const again = names.findIndex((own, index) => names.indexOf(own) < index);
	if (again >= 0) {
		const message = 'repeats the name of an earlier file';
		throw new BasinError('invalid_spec', `/files/${again}/name ${message}.`, [
			{ pointer: `/files/${again}/name`, message },
		]);
	}
}
