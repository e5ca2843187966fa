import type { Db } from '../client.ts';
import { isIdle } from './is-idle.ts';

/**
 * Longer than a request that asks for work can take from `noteArming` to its commit: two calls that turn the schedule on, 35 seconds each at
 * most, and some statements of 15.
 */
export const armedSeconds = 300;

/**
 * Calls `disarm` when nothing is left to do and nobody has been about to ask for work for `graceSeconds`; answers whether it did. Meanwhile
 * whoever arms waits, and one disarms at a time.
 */
export async function disarmWhenIdle(input: {
	db: Db;
	disarm: () => Promise<void>;
	graceSeconds?: number;
}): Promise<boolean> {
	const { db, disarm, graceSeconds = armedSeconds } = input;
	return db.sql.begin(async (sql) => {
		const [quiet] = await sql`
			select from tick_schedule where armed_at < now() - ${graceSeconds} * interval '1 second'
			for update skip locked`;
		if (quiet === undefined || !(await isIdle({ db: { sql } }))) return false;
		await disarm();
		return true;
	});
}
