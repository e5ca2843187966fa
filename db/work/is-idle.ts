import type { Queryable } from '../client.ts';

/**
 * Whether no time that passes will bring the relay or the reconciler anything to do, until somebody asks for something: no
 * sweep is under way but paused ones, nothing runs, no message and no webhook waits to be sent. What waits for its retry is work.
 */
export async function isIdle({ db }: { db: { sql: Queryable } }): Promise<boolean> {
	const [row] = await db.sql<{ idle: boolean }[]>`
		select not (
			exists (select from sweep where finished_at is null and state <> 'paused')
			or exists (select from trial where state = 'running')
			or exists (select from outbox)
			or exists (select from webhook_delivery where state = 'pending')
		) as idle`;
	return row!.idle;
}
