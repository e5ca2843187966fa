import { LeaderboardEntry, LeaderboardPage } from '@basin/core/contracts/api.ts';
import { rankingRules } from '@basin/core/domain/ranking.ts';
import { rankSweep } from '@basin/db/leaderboard/rank.ts';
import { z } from '@hono/zod-openapi';
import { defineRoute } from '../../access/define-route.ts';
import type { Api, ApiDeps } from '../../deps.ts';
import { acceptedType, type Exporter, exportContent, inPages } from '../../exports/respond.ts';
import { leaderboardTable } from '../../exports/tables.ts';
import {
	cursorParameter,
	decimalParameter,
	defaultLimit,
	hasItsTarget,
	integerParameter,
	limitParameter,
	ranking,
	sweepPath,
	targetIsMissing,
	textParameter,
} from '../../parameters.ts';
import { problems } from '../../responses.ts';

const everything = Number.MAX_SAFE_INTEGER;

const route = defineRoute('read', {
	method: 'get',
	path: '/v1/sweeps/{sweepId}/leaderboard',
	operationId: 'getLeaderboard',
	tags: ['sweeps'],
	summary: 'The configurations of a sweep, ranked over their seeds',
	description: `${rankingRules} \`Accept: text/csv\`, \`application/x-ndjson\` or \`application/vnd.apache.parquet\` streams every entry; \`cursor\` and \`limit\` are for JSON.`,
	request: {
		params: sweepPath,
		query: z
			.strictObject({
				...ranking,
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
			})
			.refine(hasItsTarget, targetIsMissing),
	},
	responses: {
		200: {
			description: 'A page of entries; every entry as a file.',
			content: { 'application/json': { schema: LeaderboardPage }, ...exportContent(LeaderboardEntry) },
		},
		...problems('sweep_not_found'),
	},
});

export function leaderboardRoute(api: Api, { db }: ApiDeps, exporter: Exporter): void {
	api.openapi(route, async (c) => {
		const { sweepId } = c.req.valid('param');
		const { limit = defaultLimit, ...query } = c.req.valid('query');
		const type = acceptedType(c, 'application/json');
		if (type === 'application/json') return c.json(await rankSweep({ db, sweepId, query: { ...query, limit } }), 200);

		// One read, so that the file shows one moment.
		const open = async () => {
			const { cursor: _, ...filters } = query;
			const { items } = await rankSweep({ db, sweepId, query: { ...filters, limit: everything } });
			return inPages(items);
		};
		return exporter(c, { table: leaderboardTable, type, sweepId, open });
	});
}
