import type { Db } from '../client.ts';

const pageSize = 500;

/**
 * Sends another message for trials that nobody has claimed although one was sent: the queue may have lost it. Each further
 * message waits twice as long, up to 32 times, so that a queue that is merely long is not filled with copies.
 */
export async function redispatchUnclaimed({ sql }: Db, afterSeconds: number): Promise<number> {
	for (let total = 0; ; ) {
		const { count } = await sql`
			with unclaimed as (
				select id from trial
				where state = 'queued' and dispatched_at < now() - ${afterSeconds} * interval '1 second'
					and dispatched_at < now() - ${afterSeconds} * 2 ^ least(redispatches, 5) * interval '1 second'
				order by id limit ${pageSize} for no key update skip locked
			), again as (
				update trial set dispatch_no = dispatch_no + 1, redispatches = redispatches + 1, dispatched_at = null
				from unclaimed
				where trial.id = unclaimed.id and trial.state = 'queued' and trial.dispatched_at is not null
				returning trial.id, trial.dispatch_no
			)
			insert into outbox (trial_id, dispatch_no) select id, dispatch_no from again`;
		total += count;
		if (count < pageSize) return total;
	}
}

/**
 * Sends a message for trials that wait with none on its way, which no transaction leaves behind: the backstop for a restored
 * backup or a hand in the tables. It reads every waiting trial, so it runs hourly.
 */
export async function redispatchStranded({ sql }: Db): Promise<number> {
	for (let total = 0; ; ) {
		const { count } = await sql`
			with stranded as (
				select trial.id from trial join sweep on sweep.id = trial.sweep_id
				where trial.state in ('pending', 'queued') and sweep.state in ('queued', 'running')
					and trial.dispatched_at is null
					and not exists (select from outbox where trial_id = trial.id)
				order by trial.id limit ${pageSize} for no key update of trial skip locked
			), again as (
				update trial set dispatch_no = dispatch_no + 1
				from stranded
				where trial.id = stranded.id and trial.state in ('pending', 'queued') and trial.dispatched_at is null
				returning trial.id, trial.dispatch_no, trial.due_at
			)
			insert into outbox (trial_id, dispatch_no, due_at) select id, dispatch_no, due_at from again`;
		total += count;
		if (count < pageSize) return total;
	}
}
