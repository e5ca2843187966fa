import { doublePrecision, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';

/** What a succeeded trial contributes, once: `body` is the whole `TrialResult`, the columns are what is ranked. */
export const result = pgTable(
	'result',
	{
		trialId: text('trial_id').primaryKey(),
		sweepId: text('sweep_id').notNull(),
		configurationNo: integer('configuration_no').notNull(),
		seed: integer('seed').notNull(),
		deviceKey: text('device_key').notNull(),
		valAccuracy: doublePrecision('val_accuracy').notNull(),
		finalValAccuracy: doublePrecision('final_val_accuracy').notNull(),
		epochSeconds: doublePrecision('epoch_seconds').notNull(),
		updateSeconds: doublePrecision('update_seconds').notNull(),
		body: jsonb('body').notNull(),
	},
	(table) => [index('result_by_configuration').on(table.sweepId, table.configurationNo, table.deviceKey)],
);
