import { LeaderboardEntry, LeaderboardPage, RankBy } from '@basin/core/contracts/api.ts';
import { rankingRules } from '@basin/core/domain/ranking.ts';
import { rankSweep } from '@basin/db/leaderboard/rank.ts';
import { createRoute, z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import type { Api, ApiDeps } from '../../deps.ts';
import { csvLines, ndjsonLines, streamOf } from '../../leaderboard-export.ts';
import {
	cursorParameter,
	decimalParameter,
	defaultLimit,
	integerParameter,
	limitParameter,
	sweepPath,
	textParameter,
} from '../../parameters.ts';
import { problems } from '../../responses.ts';

const csv = 'text/csv';
const ndjson = 'application/x-ndjson';
const everything = Number.MAX_SAFE_INTEGER;

const route = createRoute({
	method: 'get',
	path: '/v1/sweeps/{sweepId}/leaderboard',
	operationId: 'getLeaderboard',
	tags: ['sweeps'],
	summary: 'The configurations of a sweep, ranked over their seeds',
	description: `${rankingRules} \`Accept: ${csv}\` or \`${ndjson}\` streams every entry; \`cursor\` and \`limit\` are for JSON.`,
	request: {
		params: sweepPath,
		query: z.strictObject({
			rankBy: RankBy.default('valAccuracy'),
			accuracy: z
				.enum(['best', 'final'])
				.default('best')
				.meta({ description: 'Validation accuracy of the best epoch, or of the last.' }),
			batchSize: integerParameter({ min: 1, max: 1e9, description: 'Only this batch size.' }).optional(),
			eta: decimalParameter({ description: 'Only this η.' }).optional(),
			lambda: decimalParameter({ description: 'Only this λ.' }).optional(),
			device: textParameter({ max: 200, description: 'Only the device with this key.' }).optional(),
			minSeeds: integerParameter({ min: 1, max: 1000, description: 'Only with so many succeeded seeds.' }).optional(),
			cursor: cursorParameter.optional(),
			limit: limitParameter.optional(),
		}),
	},
	responses: {
		200: {
			description: 'A page of entries; every entry as CSV or NDJSON.',
			content: {
				'application/json': { schema: LeaderboardPage },
				[csv]: { schema: z.string() },
				[ndjson]: { schema: LeaderboardEntry },
			},
		},
		...problems('sweep_not_found'),
	},
});

export function leaderboardRoute(api: Api, { db }: ApiDeps): void {
	api.openapi(route, async (c) => {
		const { sweepId } = c.req.valid('param');
		const { limit = defaultLimit, ...query } = c.req.valid('query');
		c.header('Vary', 'Accept');
		const type = accepts(c, {
			header: 'Accept',
			supports: ['application/json', csv, ndjson],
			default: 'application/json',
		});
		if (type === 'application/json') return c.json(await rankSweep({ db, sweepId, query: { ...query, limit } }), 200);

		// One read, so that the file shows one moment; an unknown sweep is still a 404 and not half a file.
		const { cursor: _, ...filters } = query;
		const { items } = await rankSweep({ db, sweepId, query: { ...filters, limit: everything } });
		const lines = type === csv ? csvLines(items) : ndjsonLines(items);
		const name = `leaderboard-${sweepId}.${type === csv ? 'csv' : 'ndjson'}`;
		return c.body(streamOf(lines), 200, {
			'Content-Type': `${type}; charset=utf-8`,
			'Content-Disposition': `attachment; filename="${name}"`,
		});
	});
}
