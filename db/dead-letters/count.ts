import type { Db } from '../client.ts';

/** How many messages the queue gave up on in the last 24 hours. */
export async function countDeadLetters({ db }: { db: Db }): Promise<number> {
	const [row] = await db.sql<{ letters: number }[]>`
		select count(*) as letters from dead_letter where recorded_at > now() - interval '1 day'`;
	return row!.letters;
}
