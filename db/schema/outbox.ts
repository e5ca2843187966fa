import { index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/**
 * A message that has to be sent; deleted once it was. While a relay is sending, `due_at` lies in the future, so a relay
 * that dies gives its rows back by itself. No foreign key: ten thousand rows are written in one POST.
 */
export const outbox = pgTable(
	'outbox',
	{
		trialId: text('trial_id').notNull(),
		dispatchNo: integer('dispatch_no').notNull(),
		dueAt: timestamp('due_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
	},
	(table) => [
		primaryKey({ columns: [table.trialId, table.dispatchNo] }),
		index('outbox_due').on(table.dueAt, table.trialId),
	],
);
