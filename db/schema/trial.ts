import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';

/**
 * One configuration with one seed, and its lease. Other tables name trials without a foreign key: whoever writes them holds
 * the trial's row, and `db/sweeps/delete.ts` is the only one that deletes trials. `attempt_no` is the fencing token, `dispatch_no` counts the messages
 * that were sent for it. `pending` waits for its first message to be sent, `queued` for a worker.
 */
export const trial = pgTable(
	'trial',
	{
		id: text('id').primaryKey(),
		sweepId: text('sweep_id').notNull(),
		configurationNo: integer('configuration_no').notNull(),
		seed: integer('seed').notNull(),
		/** Copied from the configuration: the time that is left depends on it, and is asked for often. */
		batchSize: integer('batch_size').notNull(),
		state: text('state').notNull().default('pending'),
		attemptNo: integer('attempt_no').notNull().default(0),
		epochsDone: integer('epochs_done').notNull().default(0),
		dispatchNo: integer('dispatch_no').notNull().default(1),
		/** Messages sent since the last claim: each waits twice as long as the one before. */
		redispatches: integer('redispatches').notNull().default(0),
		dispatchedAt: timestamp('dispatched_at', { withTimezone: true, mode: 'string' }),
		dueAt: timestamp('due_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
		leaseExpiresAt: timestamp('lease_expires_at', { withTimezone: true, mode: 'string' }),
		cancelRequestedAt: timestamp('cancel_requested_at', { withTimezone: true, mode: 'string' }),
		infrastructureFailures: integer('infrastructure_failures').notNull().default(0),
		unknownFailures: integer('unknown_failures').notNull().default(0),
		/** Which budget of failures the trial is on: only `retry-failed` gives it the next, the one way out of `failed`. */
		budgetNo: integer('budget_no').notNull().default(1),
		/** It may have checkpoints, so they are to be deleted when it ends: most trials end before their first. */
		hasCheckpoints: boolean('has_checkpoints').notNull().default(false),
		reason: text('reason'),
		message: text('message'),
		deviceKey: text('device_key'),
		createdAt: timestamp('created_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
		startedAt: timestamp('started_at', { withTimezone: true, mode: 'string' }),
		finishedAt: timestamp('finished_at', { withTimezone: true, mode: 'string' }),
	},
	(table) => [
		check(
			'trial_state',
			sql`${table.state} in ('pending', 'queued', 'running', 'succeeded', 'failed', 'pruned', 'cancelled')`,
		),
		check('trial_lease', sql`(${table.leaseExpiresAt} is not null) = (${table.state} = 'running')`),
		check('trial_reason', sql`(${table.reason} is not null) = (${table.state} = 'failed')`),
		check(
			'trial_finished',
			sql`(${table.finishedAt} is not null) = (${table.state} in ('succeeded', 'failed', 'pruned', 'cancelled'))`,
		),
		uniqueIndex('trial_once').on(table.sweepId, table.configurationNo, table.seed),
		index('trial_by_state').on(table.sweepId, table.state, table.batchSize),
		// No column that a heartbeat or an epoch changes is indexed, so those updates stay within the page (HOT).
		index('trial_running').on(table.id).where(sql`${table.state} = 'running'`),
		// For the metrics; only a failure pays for it.
		index('trial_failed').on(table.reason).where(sql`${table.state} = 'failed'`),
		index('trial_queued').on(table.dispatchedAt).where(sql`${table.state} = 'queued'`),
	],
);
