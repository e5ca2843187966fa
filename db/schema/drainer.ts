import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** A worker's job that was submitted a short while ago: the batch engine's list may not show it yet. */
export const drainer = pgTable('drainer', {
	jobId: text('job_id').primaryKey(),
	submittedAt: timestamp('submitted_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
});
