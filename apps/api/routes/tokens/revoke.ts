import { Token } from '@basin/core/contracts/access.ts';
import { revokeToken } from '@basin/db/tokens/revoke.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery, tokenPath } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('admin', {
	method: 'delete',
	path: '/v1/tokens/{tokenId}',
	operationId: 'revokeToken',
	tags: ['access'],
	summary: 'Revoke a token: nobody comes in with it any more, from now on',
	request: { params: tokenPath, query: noQuery },
	responses: { 200: json(Token, 'The token, revoked.'), ...problems('token_not_found') },
});

export function revokeTokenRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => c.json(await revokeToken({ db, tokenId: c.req.valid('param').tokenId }), 200));
}
