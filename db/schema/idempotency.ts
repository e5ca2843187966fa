import { index, integer, json, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { sweep } from './sweep.ts';

/** The answer that was given to an `Idempotency-Key`, to be given again. */
export const idempotency = pgTable(
	'idempotency',
	{
		key: text('key').primaryKey(),
		bodyHash: text('body_hash').notNull(),
		sweepId: text('sweep_id')
			.notNull()
			.references(() => sweep.id, { onDelete: 'cascade' }),
		status: integer('status').notNull(),
		body: json('body').notNull(),
		createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
	},
	(table) => [index('idempotency_created').on(table.createdAt)],
);
