import { defaultProject } from '@basin/core/contracts/access.ts';
import { sql } from 'drizzle-orm';
import { check, doublePrecision, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { project } from './project.ts';

/** One request. `state` follows its trials; `spec` is what was asked, `training` the part that a worker needs. */
export const sweep = pgTable(
	'sweep',
	{
		id: text('id').primaryKey(),
		projectId: text('project_id')
			.notNull()
			.default(defaultProject.id)
			.references(() => project.id),
		name: text('name').notNull(),
		state: text('state').notNull().default('queued'),
		stopReason: text('stop_reason'),
		dataset: text('dataset').notNull(),
		model: text('model').notNull(),
		labels: jsonb('labels').notNull(),
		spec: jsonb('spec').notNull(),
		training: jsonb('training').notNull(),
		epochs: integer('epochs').notNull(),
		trainSize: integer('train_size').notNull(),
		configurations: integer('configurations').notNull(),
		trials: integer('trials').notNull(),
		maxSeconds: doublePrecision('max_seconds'),
		maxFailedTrials: integer('max_failed_trials'),
		/** Trials per state, frozen when the sweep ends, so that a list need not count what cannot change. */
		finalCounts: jsonb('final_counts'),
		pausedAt: timestamp('paused_at', { withTimezone: true, mode: 'string' }),
		/** From when `max_seconds` counts: later than `started_at` by what it was paused, anew when it runs again after its end. */
		budgetSince: timestamp('budget_since', { withTimezone: true, mode: 'string' }),
		/** W3C `traceparent` of the request that made it, where traces are kept: what its trials do belongs to that trace. */
		traceParent: text('trace_parent'),
		createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
		startedAt: timestamp('started_at', { withTimezone: true, mode: 'string' }),
		finishedAt: timestamp('finished_at', { withTimezone: true, mode: 'string' }),
	},
	(table) => [
		check(
			'sweep_state',
			sql`${table.state} in ('queued', 'running', 'paused', 'stopping', 'cancelling', 'completed', 'failed', 'cancelled')`,
		),
		check(
			'sweep_finished',
			sql`(${table.finishedAt} is not null) = (${table.state} in ('completed', 'failed', 'cancelled'))`,
		),
		index('sweep_by_project').on(table.projectId, table.id),
		index('sweep_by_state').on(table.state, table.id),
		index('sweep_open').on(table.id).where(sql`${table.finishedAt} is null`),
		index('sweep_by_label').using('gin', table.labels),
	],
);
