import { bigint, doublePrecision, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** One epoch of a trial, once; a later attempt's replaces an earlier one's. A loss is null when it was not finite. */
export const epoch = pgTable(
	'epoch',
	{
		trialId: text('trial_id').notNull(),
		epoch: integer('epoch').notNull(),
		attemptNo: integer('attempt_no').notNull(),
		updates: bigint('updates', { mode: 'number' }).notNull(),
		trainLoss: doublePrecision('train_loss'),
		trainAccuracy: doublePrecision('train_accuracy'),
		valLoss: doublePrecision('val_loss'),
		valAccuracy: doublePrecision('val_accuracy'),
		epochSeconds: doublePrecision('epoch_seconds').notNull(),
		validationSeconds: doublePrecision('validation_seconds').notNull(),
		recordedAt: timestamp('recorded_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.trialId, table.epoch] })],
);
