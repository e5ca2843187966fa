import { SharedLeaderboardPage } from '@basin/core/contracts/api.ts';
import { rankAcrossSweeps, sharedBoardRows } from '@basin/db/leaderboard/across.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import {
	cursorParameter,
	defaultLimit,
	hasItsTarget,
	limitParameter,
	ranking,
	targetIsMissing,
	textParameter,
} from '../../parameters.ts';
import { json, problems } from '../../responses.ts';

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/leaderboard',
	operationId: 'getSharedLeaderboard',
	tags: ['sweeps'],
	summary: 'The configurations of all sweeps of one data set and model, ranked over their seeds',
	description: `By the rules of a sweep's leaderboard, over configurations with a succeeded seed; the best ${sharedBoardRows} are ranked (the most accurate, for \`secondsToTarget\`). Sweeps may differ in epochs and optimiser: their names and specs say so.`,
	request: {
		query: z
			.strictObject({
				dataset: textParameter({ max: 63, description: 'Name of the data set.' }),
				model: textParameter({ max: 63, description: 'Preset of the model, or `custom`.' }),
				...ranking,
				device: textParameter({ max: 200, description: 'Only the device with this key.' }).optional(),
				cursor: cursorParameter.optional(),
				limit: limitParameter.optional(),
			})
			.refine(hasItsTarget, targetIsMissing),
	},
	responses: { 200: json(SharedLeaderboardPage, 'A page of entries.'), ...problems() },
});

export function sharedLeaderboardRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { limit = defaultLimit, ...query } = c.req.valid('query');
		return c.json(
			await rankAcrossSweeps({ db, projectId: c.get('identity').projectId, query: { ...query, limit } }),
			200,
		);
	});
}
