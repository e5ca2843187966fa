import { sql } from 'drizzle-orm';
import { boolean, doublePrecision, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

/**
 * One configuration on one device, over its succeeded seeds; written whole by the transaction that ends a trial.
 * A configuration of which no seed succeeded has one row with `succeeded` 0; device key '' is "none known".
 * The configuration, and what the sweep trains on, are copied here, so that a board is read from this table alone.
 */
export const leaderboardEntry = pgTable(
	'leaderboard_entry',
	{
		sweepId: text('sweep_id').notNull(),
		configurationNo: integer('configuration_no').notNull(),
		deviceKey: text('device_key').notNull(),
		dataset: text('dataset').notNull(),
		model: text('model').notNull(),
		hash: text('hash').notNull(),
		batchSize: integer('batch_size').notNull(),
		eta: doublePrecision('eta').notNull(),
		lambda: doublePrecision('lambda').notNull(),
		succeeded: integer('succeeded').notNull(),
		/** No seed succeeded and at least one diverged. */
		diverged: boolean('diverged').notNull(),
		bestMean: doublePrecision('best_mean'),
		bestStd: doublePrecision('best_std'),
		finalMean: doublePrecision('final_mean'),
		finalStd: doublePrecision('final_std'),
		epochSecondsMedian: doublePrecision('epoch_seconds_median'),
		epochSecondsLow: doublePrecision('epoch_seconds_low'),
		epochSecondsHigh: doublePrecision('epoch_seconds_high'),
		epochSecondsMean: doublePrecision('epoch_seconds_mean'),
		epochSecondsStd: doublePrecision('epoch_seconds_std'),
		updateSecondsMedian: doublePrecision('update_seconds_median'),
		bestTrialId: text('best_trial_id'),
		finalBestTrialId: text('final_best_trial_id'),
	},
	(table) => [
		primaryKey({ columns: [table.sweepId, table.configurationNo, table.deviceKey] }),
		index('leaderboard_by_accuracy').on(table.sweepId, table.bestMean.desc().nullsLast()),
		// Boards across sweeps, in the order of `rankAcrossSweeps`, so that its first ten thousand rows are all that is read.
		index('leaderboard_across_most_accurate')
			.on(table.dataset, table.model, table.bestMean.desc().nullsLast(), table.sweepId)
			.where(sql`${table.succeeded} > 0`),
		index('leaderboard_across_fastest')
			.on(table.dataset, table.model, table.epochSecondsMedian, table.sweepId)
			.where(sql`${table.succeeded} > 0`),
	],
);
