import { doublePrecision, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';

/**
 * One point of a sweep's grid; the row is also the lock under which its leaderboard entries are written. No foreign key to
 * the sweep, as none from trial to here: checking 10,000 rows one by one took half of the POST's 600 ms.
 */
export const configuration = pgTable(
	'configuration',
	{
		sweepId: text('sweep_id').notNull(),
		configurationNo: integer('configuration_no').notNull(),
		hash: text('hash').notNull(),
		batchSize: integer('batch_size').notNull(),
		eta: doublePrecision('eta').notNull(),
		lambda: doublePrecision('lambda').notNull(),
		failedSeeds: integer('failed_seeds').notNull().default(0),
	},
	(table) => [
		primaryKey({ columns: [table.sweepId, table.configurationNo] }),
		// Hash first: with the sweep first, a planner without statistics takes it for the primary key's work.
		uniqueIndex('configuration_once').on(table.hash, table.sweepId),
	],
);
