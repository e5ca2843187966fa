import { defaultProject } from '@basin/core/contracts/access.ts';
import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { project } from './project.ts';

/** A data set that somebody uploads: first what was announced, and once it has been checked, what it is. */
export const dataset = pgTable(
	'dataset',
	{
		id: text('id').primaryKey(),
		projectId: text('project_id')
			.notNull()
			.default(defaultProject.id)
			.references(() => project.id),
		name: text('name').notNull(),
		upload: jsonb('upload').notNull(),
		/** Shape, classes and sizes; null until the files have been checked. */
		facts: jsonb('facts'),
		/** Of the object in the bucket, which is named by it. */
		sha256: text('sha256'),
		sizeBytes: bigint('size_bytes', { mode: 'number' }),
		createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
		readyAt: timestamp('ready_at', { withTimezone: true, mode: 'string' }),
	},
	(table) => [
		check(
			'dataset_ready',
			sql`num_nulls(${table.facts}, ${table.sha256}, ${table.sizeBytes}, ${table.readyAt}) in (0, 4)`,
		),
		uniqueIndex('dataset_name').on(table.projectId, table.name).where(sql`${table.readyAt} is not null`),
		index('dataset_sha256').on(table.sha256),
		index('dataset_uploading').on(table.createdAt).where(sql`${table.readyAt} is null`),
	],
);
