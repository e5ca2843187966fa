import type { Db } from '../client.ts';

/**
 * Says that somebody is about to ask for work, so that nobody turns the tick's schedule off for a while; waits for whoever is doing so.
 * Called before the schedule is turned on, which comes before the work is committed: so no committed work ever waits for a tick that is off.
 */
export async function noteArming({ db }: { db: Db }): Promise<void> {
	await db.sql`update tick_schedule set armed_at = clock_timestamp()`;
}
