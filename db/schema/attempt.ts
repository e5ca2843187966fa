import { sql } from 'drizzle-orm';
import { check, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

/** One run of a trial on one worker; numbered from 1 without gaps. */
export const attempt = pgTable(
	'attempt',
	{
		trialId: text('trial_id').notNull(),
		attemptNo: integer('attempt_no').notNull(),
		workerId: text('worker_id').notNull(),
		deviceKey: text('device_key'),
		/** The epoch of the checkpoint that it went on from, 0: from the start; null until its worker has said so. */
		resumedEpoch: integer('resumed_epoch'),
		outcome: text('outcome'),
		reason: text('reason'),
		message: text('message'),
		startedAt: timestamp('started_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
		endedAt: timestamp('ended_at', { withTimezone: true, mode: 'string' }),
	},
	(table) => [
		primaryKey({ columns: [table.trialId, table.attemptNo] }),
		check('attempt_outcome', sql`${table.outcome} in ('succeeded', 'failed', 'released', 'lost', 'cancelled')`),
		check('attempt_ended', sql`(${table.endedAt} is not null) = (${table.outcome} is not null)`),
	],
);
