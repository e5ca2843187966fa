import { sql } from 'drizzle-orm';
import { boolean, check, pgTable, timestamp } from 'drizzle-orm/pg-core';

/** One row: when the tick's schedule was last asked to be on. Whoever turns it off holds the row meanwhile. */
export const tickSchedule = pgTable(
	'tick_schedule',
	{
		id: boolean('id').primaryKey().default(true),
		armedAt: timestamp('armed_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
	},
	(table) => [check('tick_schedule_one_row', sql`${table.id}`)],
);
