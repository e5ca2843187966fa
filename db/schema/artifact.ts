import { bigint, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

/** A complete, hashed object that the attempt which ended the trial left in the bucket. */
export const artifact = pgTable(
	'artifact',
	{
		trialId: text('trial_id').notNull(),
		name: text('name').notNull(),
		attemptNo: integer('attempt_no').notNull(),
		key: text('key').notNull(),
		sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
		sha256: text('sha256').notNull(),
		contentType: text('content_type').notNull(),
	},
	(table) => [primaryKey({ columns: [table.trialId, table.name] })],
);
