import { EnginePage } from '@basin/core/contracts/api.ts';
import { listDevices } from '@basin/db/devices/list.ts';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { noQuery } from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/engines',
	operationId: 'listEngines',
	tags: ['engines'],
	summary: 'The devices that have finished a trial, and the seconds per update that they measured',
	request: { query: noQuery },
	responses: { 200: json(EnginePage, 'The devices, by key.'), ...problems() },
});

export function listEnginesRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) =>
		c.json({ items: await listDevices({ db, projectId: c.get('identity').projectId }), nextCursor: null }, 200),
	);
}
