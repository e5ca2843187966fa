import { relayOutbox } from '@basin/db/outbox/relay.ts';
import { reconcile } from '@basin/db/reconcile/reconcile.ts';
import fc from 'fast-check';
import * as rules from './tick-rules.ts';
import { delayRetries, passage, trial, verb } from './verb.ts';

export const timeVerbs = {
	relay: verb({
		input: fc.uniqueArray(trial, { maxLength: 2 }),
		predict: (model, refused) => rules.relay(model, refused),
		perform: ({ db, trialIds }, refused) => {
			const isRefused = new Set(refused.map((index) => trialIds[index]));
			return relayOutbox({
				db,
				send: async (batch) => ({
					successfulIds: batch.filter(({ message }) => !isRefused.has(message.trialId)).map(({ id }) => id),
				}),
			});
		},
	}),
	reconcile: verb({
		input: fc.constant(null),
		predict: (model) => rules.reconcile(model),
		perform: async (real) => {
			const lapsed = await real.db.sql<{ id: string }[]>`
				select id from trial where sweep_id = ${real.sweepId} and state = 'running' and lease_expires_at < now()`;
			const counts = await reconcile({ db: real.db, redispatchAfterSeconds: 60 });
			for (const { id } of lapsed) await delayRetries(real, id);
			return counts;
		},
	}),

	/** The worker has been silent for longer than its lease. */
	leaseLapses: passage({
		possible: ({ state }) => state === 'running',
		predict: (own) => {
			own.leaseLapsed = true;
		},
		perform: ({ sql }, id) => sql`update trial set lease_expires_at = now() - interval '1 second' where id = ${id}`,
	}),
	backOffPasses: passage({
		possible: ({ due, state }) => !due && state === 'queued',
		predict: (own) => {
			own.due = true;
		},
		perform: ({ sql }, id) => sql`
			with trial as (update trial set due_at = now() where id = ${id} returning id)
			update outbox set due_at = now() from trial where trial_id = trial.id`,
	}),
	/** Two minutes, doubled five times, have passed since the message was sent. */
	messageGetsOld: passage({
		possible: ({ sent, state }) => sent === 'lately' && state === 'queued',
		predict: (own) => {
			own.sent = 'long ago';
		},
		perform: ({ sql }, id) => sql`update trial set dispatched_at = now() - interval '1 day' where id = ${id}`,
	}),
	cancelIsIgnored: passage({
		possible: ({ cancel, state }) => cancel === 'asked' && state === 'running',
		predict: (own) => {
			own.cancel = 'overdue';
		},
		perform: ({ sql }, id) => sql`
			update trial set cancel_requested_at = now() - interval '21 seconds' where id = ${id}`,
	}),
	sweepRunsLong: verb({
		input: fc.constant(null),
		possible: ({ state }) => state === 'running',
		predict: (model) => {
			model.overtime = true;
			return null;
		},
		perform: async ({ db, sweepId }) => {
			await db.sql`update sweep set started_at = now() - interval '1 day', budget_since = null where id = ${sweepId}`;
			return null;
		},
	}),
};
