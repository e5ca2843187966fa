import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { project } from './project.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'string' });

/** Who is told of a project's events. The secret signs, so it is stored as it is. */
export const webhook = pgTable(
	'webhook',
	{
		id: text('id').primaryKey(),
		projectId: text('project_id')
			.notNull()
			.references(() => project.id, { onDelete: 'cascade' }),
		url: text('url').notNull(),
		events: text('events').array().notNull(),
		secret: text('secret').notNull(),
		createdAt: moment('created_at').notNull().defaultNow(),
	},
	(table) => [index('webhook_by_project').on(table.projectId)],
);

/**
 * One event for one webhook: outbox and log in one, written by the transaction that the event is of. `due_at` is in the future while
 * somebody sends it, so that one who dies gives it back by itself.
 */
export const webhookDelivery = pgTable(
	'webhook_delivery',
	{
		id: text('id').primaryKey(),
		webhookId: text('webhook_id')
			.notNull()
			.references(() => webhook.id, { onDelete: 'cascade' }),
		event: text('event').notNull(),
		sweepId: text('sweep_id'),
		/** As text: what is signed are these bytes. */
		body: text('body').notNull(),
		state: text('state').notNull().default('pending'),
		attempts: integer('attempts').notNull().default(0),
		status: integer('status'),
		error: text('error'),
		createdAt: moment('created_at').notNull().defaultNow(),
		attemptedAt: moment('attempted_at'),
		dueAt: moment('due_at').notNull().defaultNow(),
	},
	(table) => [
		check('webhook_delivery_state', sql`${table.state} in ('pending', 'delivered', 'failed')`),
		index('webhook_delivery_due').on(table.dueAt).where(sql`${table.state} = 'pending'`),
		index('webhook_delivery_by_webhook').on(table.webhookId, table.id),
		index('webhook_delivery_created').on(table.createdAt),
	],
);
