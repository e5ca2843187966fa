import { ProjectPage } from '@basin/core/contracts/access.ts';
import { listProjects } from '@basin/db/projects/list.ts';
import { defineRoute } from '../../access/define-route.ts';
import { isOperator } from '../../access/identity.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/projects',
	operationId: 'listProjects',
	tags: ['access'],
	summary: 'The project of the token; for admins of the project `default`, all of them',
	request: { query: noQuery },
	responses: { 200: json(ProjectPage, 'The projects, by name.'), ...problems() },
});

export function listProjectsRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const identity = c.get('identity');
		const items = await listProjects({ db, only: isOperator(identity) ? undefined : identity.projectId });
		return c.json({ items, nextCursor: null }, 200);
	});
}
