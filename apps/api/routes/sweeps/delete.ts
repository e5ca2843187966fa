import { DeletedSweep } from '@basin/core/contracts/api.ts';
import { deleteSweep } from '@basin/db/sweeps/delete.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { causeOf } from '../../log.ts';
import { noQuery, sweepPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('admin', {
	method: 'delete',
	path: '/v1/sweeps/{sweepId}',
	operationId: 'deleteSweep',
	tags: ['sweeps'],
	summary: 'Delete an ended sweep with its trials, metrics and artifacts',
	request: { params: sweepPath, query: noQuery },
	responses: {
		200: json(DeletedSweep, 'What was deleted.'),
		...problems('sweep_not_found', 'not_terminal'),
	},
});

export function deleteSweepRoute(api: Api, { db, deleteObjects, log }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { sweepId } = c.req.valid('param');
		const { artifactKeys } = await deleteSweep({ db, sweepId });
		// The rows are gone for good: a store that does not answer leaves files that nothing points to, not half a sweep.
		await deleteObjects(artifactKeys).catch((error: unknown) => {
			log.error('objects of a deleted sweep remain', { sweepId, objects: artifactKeys.length, cause: causeOf(error) });
		});
		return c.json({ id: sweepId, artifacts: artifactKeys.length }, 200);
	});
}
