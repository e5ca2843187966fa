import { Project, ProjectInput } from '@basin/core/contracts/access.ts';
import { createProject } from '@basin/db/projects/create.ts';
import { defineRoute } from '../../access/define-route.ts';
import { requireOperator } from '../../access/identity.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery } from '../../parameters.ts';
import { jsonBody } from '../../request-body.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('admin', {
	method: 'post',
	path: '/v1/projects',
	operationId: 'createProject',
	tags: ['access'],
	summary: 'Make a project: sweeps, data sets and tokens of its own, which no other project sees',
	description: 'For admins of the project `default`; then make its first token with `POST /v1/tokens`.',
	middleware: [jsonBody] as const,
	request: {
		query: noQuery,
		body: {
			required: true,
			content: { 'application/json': { schema: ProjectInput, example: { name: 'vision' } } },
		},
	},
	responses: {
		201: json(Project, 'The project.'),
		...problems('project_exists', 'invalid_spec', 'body_too_large', 'unsupported_media_type'),
	},
});

export function createProjectRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		requireOperator(c.get('identity'));
		return c.json(await createProject({ db, input: c.req.valid('json') }), 201);
	});
}
