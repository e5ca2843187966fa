import type { Queryable } from '../client.ts';

export type Work = {
	/** Trials that a worker may claim now. */
	waitingTrials: number;
	runningTrials: number;
	/** How long ago the oldest lease ran out that nobody has taken back; 0: none. More than a few seconds: no reconciler runs. */
	overdueLeaseSeconds: number;
	/** How long the oldest message has been due that is not sent; 0: none. More than a few seconds: no relay runs, or the queue is down. */
	overdueMessageSeconds: number;
};

/** Counts what there is to do, by the database's clock. */
export async function measureWork({ db }: { db: { sql: Queryable } }): Promise<Work> {
	const [row] = await db.sql<[Work]>`
		select
			(
				select count(*) from sweep join trial on trial.sweep_id = sweep.id
				where sweep.finished_at is null and sweep.state in ('queued', 'running')
					and trial.state in ('pending', 'queued') and trial.due_at <= now()
			) as "waitingTrials",
			(select count(*) from trial where state = 'running') as "runningTrials",
			(
				select coalesce(greatest(0, extract(epoch from now() - min(lease_expires_at))), 0)::double precision
				from trial where state = 'running'
			) as "overdueLeaseSeconds",
			(
				select coalesce(greatest(0, extract(epoch from now() - min(due_at))), 0)::double precision from outbox
			) as "overdueMessageSeconds"`;
	return row;
}
