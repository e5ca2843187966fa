import { defaultProject } from '@basin/core/contracts/access.ts';
import { integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { project } from './project.ts';

/**
 * What later sweeps are compared with. `side` is a copy of what a gate reads, a `GateSide`: a reference that moved when its sweep
 * is extended, retried or deleted would be none. So no foreign key, either.
 */
export const baseline = pgTable(
	'baseline',
	{
		projectId: text('project_id')
			.notNull()
			.default(defaultProject.id)
			.references(() => project.id),
		name: text('name').notNull(),
		sweepId: text('sweep_id').notNull(),
		sweepName: text('sweep_name').notNull(),
		dataset: text('dataset').notNull(),
		model: text('model').notNull(),
		configurations: integer('configurations').notNull(),
		trials: integer('trials').notNull(),
		side: jsonb('side').notNull(),
		setAt: timestamp('set_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
	},
	(table) => [primaryKey({ columns: [table.projectId, table.name] })],
);
