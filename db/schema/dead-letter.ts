import { index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** A message that the queue gave up on after handing it out many times; `trial_id` is null when it is not one of ours. */
export const deadLetter = pgTable(
	'dead_letter',
	{
		messageId: text('message_id').primaryKey(),
		trialId: text('trial_id'),
		dispatchNo: integer('dispatch_no'),
		body: text('body').notNull(),
		receiveCount: integer('receive_count').notNull(),
		recordedAt: timestamp('recorded_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
	},
	(table) => [index('dead_letter_recorded').on(table.recordedAt)],
);
