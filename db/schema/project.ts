import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Who shares sweeps and data sets: everything that a caller can name belongs to one, and nobody sees another's. */
export const project = pgTable('project', {
	id: text('id').primaryKey(),
	name: text('name').notNull().unique(),
	/** Trials that may wait or run at once; null: no bound. */
	maxQueuedTrials: bigint('max_queued_trials', { mode: 'number' }),
	createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
});
