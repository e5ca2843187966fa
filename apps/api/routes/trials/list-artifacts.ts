import { ArtifactPage } from '@basin/core/contracts/api.ts';
import { listArtifacts } from '@basin/db/trials/list-artifacts.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, trialPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/trials/{trialId}/artifacts',
	operationId: 'listArtifacts',
	tags: ['trials'],
	summary: 'The files of a trial, each with a link that is valid for five minutes',
	request: { params: trialPath, query: noQuery },
	responses: { 200: json(ArtifactPage, 'The files.'), ...problems('trial_not_found') },
});

export function listArtifactsRoute(api: Api, { db, presign }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { trialId } = c.req.valid('param');
		const records = await listArtifacts({ db, trialId });
		const items = await Promise.all(
			records.map(async ({ key, ...artifact }) => ({
				...artifact,
				url: await presign(key, `${trialId}-${artifact.name.replaceAll('/', '-')}`),
			})),
		);
		return c.json({ items, nextCursor: null }, 200);
	});
}
