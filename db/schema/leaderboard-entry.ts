import { doublePrecision, foreignKey, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { configuration } from './configuration.ts';

/**
 * One configuration on one device, over its succeeded seeds; written whole by the transaction that ends a trial.
 * A configuration of which no seed succeeded has one row with `succeeded` 0; device key '' is "none known".
 */
export const leaderboardEntry = pgTable(
	'leaderboard_entry',
	{
		sweepId: text('sweep_id').notNull(),
		configurationNo: integer('configuration_no').notNull(),
		deviceKey: text('device_key').notNull(),
		succeeded: integer('succeeded').notNull(),
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
		foreignKey({
			name: 'leaderboard_entry_configuration',
			columns: [table.sweepId, table.configurationNo],
			foreignColumns: [configuration.sweepId, configuration.configurationNo],
		}).onDelete('cascade'),
		index('leaderboard_by_accuracy').on(table.sweepId, table.bestMean.desc().nullsLast()),
	],
);
