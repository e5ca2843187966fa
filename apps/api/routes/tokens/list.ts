import { ProjectName, TokenPage } from '@basin/core/contracts/access.ts';
import { listTokens } from '@basin/db/tokens/list.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import { projectFor } from '../../access/identity.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('admin', {
	method: 'get',
	path: '/v1/tokens',
	operationId: 'listTokens',
	tags: ['access'],
	summary: 'The tokens of a project, newest first, without their secrets; those that are no longer valid too',
	request: {
		query: z.strictObject({
			project: ProjectName.optional().meta({
				description: 'Only an admin of the project `default` may name another than its own.',
			}),
		}),
	},
	responses: { 200: json(TokenPage, 'The tokens.'), ...problems('project_not_found') },
});

export function listTokensRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const projectId = await projectFor(db, c.get('identity'), c.req.valid('query').project);
		return c.json({ items: await listTokens({ db, projectId }), nextCursor: null }, 200);
	});
}
