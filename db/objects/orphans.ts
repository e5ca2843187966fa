import type { Db } from '../client.ts';

/** An object and the attempt that stored it. */
export type AttemptObject = { key: string; trialId: string; attemptNo: number };

/**
 * The objects that nothing points to and nothing will: their attempt is over without having kept them. An attempt that is
 * not running is fenced for good, so no row can come to point to them later. Objects of trials that this database does not
 * know are left alone: the bucket may be another's, too.
 */
export async function findOrphans({ db, objects }: { db: Db; objects: readonly AttemptObject[] }): Promise<string[]> {
	const rows = await db.sql<{ key: string }[]>`
		select given.key
		from unnest(
			${objects.map(({ key }) => key)}::text[], ${objects.map(({ trialId }) => trialId)}::text[],
			${objects.map(({ attemptNo }) => attemptNo)}::integer[]
		) as given (key, trial_id, attempt_no)
		join trial on trial.id = given.trial_id
		where given.attempt_no <= trial.attempt_no
			and not (trial.state = 'running' and trial.attempt_no = given.attempt_no)
			and not exists (select from artifact where trial_id = trial.id and artifact.key = given.key)
			and not exists (select from checkpoint where trial_id = trial.id and checkpoint.key = given.key)`;
	return rows.map(({ key }) => key);
}

/** Sweeps that were deleted and whose objects may still be there. */
export async function listDeletedSweeps({ db }: { db: Db }): Promise<string[]> {
	const rows = await db.sql<{ id: string }[]>`select id from deleted_sweep order by id`;
	return rows.map(({ id }) => id);
}

/** Nothing of the sweep is in the bucket. It is kept for a day: a worker that was fenced may still be uploading. */
export async function forgetDeletedSweep({ db, sweepId }: { db: Db; sweepId: string }): Promise<void> {
	await db.sql`delete from deleted_sweep where id = ${sweepId} and deleted_at < now() - interval '1 day'`;
}
