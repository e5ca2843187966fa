import { doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** What workers have reported to run on; `body` is the `Device` of the contracts. */
export const device = pgTable('device', {
	key: text('key').primaryKey(),
	body: jsonb('body').notNull(),
});

/** Who has claimed trials lately, and on what. */
export const worker = pgTable('worker', {
	id: text('id').primaryKey(),
	deviceKey: text('device_key'),
	seenAt: timestamp('seen_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
});

/** How fast a device was at a model and batch size; refreshed at most every ten seconds, for estimates only. */
export const speed = pgTable(
	'speed',
	{
		deviceKey: text('device_key').notNull(),
		dataset: text('dataset').notNull(),
		model: jsonb('model').notNull(),
		batchSize: integer('batch_size').notNull(),
		updateSeconds: doublePrecision('update_seconds').notNull(),
		/** Per epoch, beside the updates: validation. */
		epochOverheadSeconds: doublePrecision('epoch_overhead_seconds').notNull(),
		/** Per trial: loading, compiling, writing artifacts. */
		trialOverheadSeconds: doublePrecision('trial_overhead_seconds').notNull(),
		measuredAt: timestamp('measured_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
	},
	(table) => [
		primaryKey({ columns: [table.deviceKey, table.dataset, table.model, table.batchSize] }),
		index('speed_by_model').on(table.dataset, table.model),
	],
);
