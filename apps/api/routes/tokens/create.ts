import { NewToken, TokenInput } from '@basin/core/contracts/access.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { defineRoute } from '../../access/define-route.ts';
import { projectFor } from '../../access/identity.ts';
import { issueToken } from '../../access/issue-token.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery } from '../../parameters.ts';
import { jsonBody } from '../../request-body.ts';
import { json, problems } from '../../responses.ts';

const example = { name: 'ci', scope: 'submit' as const, expiresInDays: 90 };

const route = defineRoute('admin', {
	method: 'post',
	path: '/v1/tokens',
	operationId: 'createToken',
	tags: ['access'],
	summary: 'Make a token; it is shown in this answer only',
	middleware: [jsonBody] as const,
	request: {
		query: noQuery,
		body: { required: true, content: { 'application/json': { schema: TokenInput, example } } },
	},
	responses: {
		201: json(NewToken, 'The token.'),
		...problems('project_not_found', 'tokens_off', 'invalid_spec', 'body_too_large', 'unsupported_media_type'),
	},
});

export function createTokenRoute(api: Api, { db, access: { tokenKey } }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { project, ...wish } = c.req.valid('json');
		const projectId = await projectFor(db, c.get('identity'), project);
		if (tokenKey === undefined) {
			throw new BasinError('tokens_off', 'This server has no BASIN_TOKEN_KEY to make tokens with: start it with one.');
		}
		return c.json(await issueToken({ db, tokenKey, projectId, wish }), 201);
	});
}
