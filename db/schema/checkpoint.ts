import { bigint, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** From where a trial can go on: complete, hashed objects, the newest two of a trial that has not ended. */
export const checkpoint = pgTable(
	'checkpoint',
	{
		trialId: text('trial_id').notNull(),
		/** The last epoch that it holds. */
		epoch: integer('epoch').notNull(),
		attemptNo: integer('attempt_no').notNull(),
		key: text('key').notNull(),
		sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
		sha256: text('sha256').notNull(),
		createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.trialId, table.epoch] })],
);
