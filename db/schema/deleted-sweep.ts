import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** A sweep whose objects may still lie in the bucket; gone once they are. */
export const deletedSweep = pgTable('deleted_sweep', {
	id: text('id').primaryKey(),
	deletedAt: timestamp('deleted_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
});
