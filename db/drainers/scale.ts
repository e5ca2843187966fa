import type { Db, Queryable } from '../client.ts';

const lockKey = 0x6472_6169; // 'drai'
/** A job is in the engine's list long before: lists lag by seconds. */
const listedWithinSeconds = 120;

/** One at a time: two that count the same jobs would both start what is missing. Answers undefined when another is at it. */
export async function asOnlyScaler<T>(db: Db, work: (sql: Queryable) => Promise<T>): Promise<T | undefined> {
	return db.sql.begin(async (sql) => {
		const [row] = await sql<[{ locked: boolean }]>`select pg_try_advisory_xact_lock(${lockKey}) as locked`;
		return row.locked ? work(sql) : undefined;
	}) as Promise<T | undefined>;
}

/** Notes jobs that were submitted. */
export async function noteSubmitted(sql: Queryable, jobIds: readonly string[]): Promise<void> {
	if (jobIds.length > 0) await sql`insert into drainer (job_id) select unnest(${jobIds as string[]}::text[])`;
}

/** Those that were submitted a short while ago, listed or not; forgets all others. */
export async function recentlySubmitted(sql: Queryable): Promise<string[]> {
	await sql`delete from drainer where submitted_at < now() - ${listedWithinSeconds} * interval '1 second'`;
	const rows = await sql<{ jobId: string }[]>`select job_id as "jobId" from drainer`;
	return rows.map(({ jobId }) => jobId);
}
