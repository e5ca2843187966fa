import { defaultProject } from '@basin/core/contracts/access.ts';
import { index, integer, json, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { project } from './project.ts';
import { sweep } from './sweep.ts';

/** The answer that was given to an `Idempotency-Key`, to be given again. */
export const idempotency = pgTable(
	'idempotency',
	{
		projectId: text('project_id')
			.notNull()
			.default(defaultProject.id)
			.references(() => project.id),
		key: text('key').notNull(),
		bodyHash: text('body_hash').notNull(),
		sweepId: text('sweep_id')
			.notNull()
			.references(() => sweep.id, { onDelete: 'cascade' }),
		status: integer('status').notNull(),
		body: json('body').notNull(),
		createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.projectId, table.key] }), index('idempotency_created').on(table.createdAt)],
);
