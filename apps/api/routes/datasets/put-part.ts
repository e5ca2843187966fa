import { StoredPart } from '@basin/core/contracts/datasets.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { DatasetId } from '@basin/core/contracts/ids.ts';
import { getDataset } from '@basin/db/datasets/get.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import { partsOf } from '../../dataset-parts.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { integerParameter, noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('submit', {
	method: 'put',
	path: '/v1/datasets/{datasetId}/files/{file}/parts/{part}',
	operationId: 'putDatasetPart',
	tags: ['datasets'],
	summary: 'Send a part of an upload by way of the API',
	description:
		'For pages, which may talk to their own origin only; everyone else PUTs to the links of the upload. The body is the bytes of the part, of exactly its size.',
	request: {
		params: z.object({
			datasetId: DatasetId,
			file: integerParameter({ min: 0, max: 100, description: 'Position of the file in the upload, from 0.' }),
			part: integerParameter({ min: 0, max: 1000, description: 'Position of the part in the file, from 0.' }),
		}),
		query: noQuery,
	},
	responses: {
		200: json(StoredPart, 'The part has been stored; sent again it replaces itself.'),
		...problems('dataset_not_found', 'dataset_exists', 'body_too_large'),
	},
});

export function putDatasetPartRoute(api: Api, { db, datasets }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { datasetId, file, part } = c.req.valid('param');
		const { upload, ready } = await getDataset({ db, datasetId });
		if (ready !== null) throw new BasinError('dataset_exists', `${upload.name} is complete: it takes no more parts.`);
		const wanted = partsOf(datasetId, upload)[file]?.[part];
		if (wanted === undefined)
			throw new BasinError('dataset_not_found', `The upload has no part ${part} of file ${file}.`);
		const content = await readExactly(c.req.raw, wanted.sizeBytes);
		await datasets.write(wanted.key, content);
		return c.json({ file, part, sizeBytes: content.byteLength }, 200);
	});
}

/** Reads no further than the wanted size. */
async function readExactly(request: Request, sizeBytes: number): Promise<Uint8Array> {
	const content = new Uint8Array(sizeBytes);
	let size = 0;
	for await (const chunk of request.body ?? []) {
		if (size + chunk.byteLength > sizeBytes)
			throw new BasinError('body_too_large', `This part has ${sizeBytes} bytes; more were sent.`);
		content.set(chunk, size);
		size += chunk.byteLength;
	}
	if (size < sizeBytes) throw new BasinError('invalid_request', `This part has ${sizeBytes} bytes; ${size} were sent.`);
	return content;
}
