import type { Db } from '../client.ts';
import { enforceCancels, expireLeases } from './leases.ts';
import { redispatchUnclaimed } from './redispatch.ts';
import { closeFinished, parkPaused, startSweeps, stopOverBudget, windDown } from './sweeps.ts';

/** Cancel is bounded by 20 s: a worker that has not obeyed after this long loses its trial at the next tick. */
const cancelBoundSeconds = 18;

/** How many trials (`closed`: sweeps) were changed; all zero when everything was as it should be. */
export type Reconciled = { requeued: number; failed: number; redispatched: number; cancelled: number; closed: number };

/**
 * Repairs what no worker or request will: lost leases, unheeded cancels, lost messages, used-up budgets, sweeps left open.
 * Runs on a timer. Idempotent and safe with several at once: every write repeats the condition that made it necessary.
 * @param redispatchAfterSeconds how long a message may lie in the queue before another is sent for the same trial.
 */
export async function reconcile({
	db,
	redispatchAfterSeconds,
}: {
	db: Db;
	redispatchAfterSeconds: number;
}): Promise<Reconciled> {
	const expired = await expireLeases(db);
	const enforced = await enforceCancels(db, cancelBoundSeconds);
	await startSweeps(db);
	await parkPaused(db);
	await stopOverBudget(db);
	const dropped = await windDown(db);
	const closed = await closeFinished(db);
	const redispatched = await redispatchUnclaimed(db, redispatchAfterSeconds);
	await db.sql`delete from worker where seen_at < now() - interval '1 day'`;
	return {
		requeued: expired.requeued,
		failed: expired.failed,
		redispatched,
		cancelled: expired.cancelled + enforced + dropped,
		closed,
	};
}
