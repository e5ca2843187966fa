import type { Db } from '../client.ts';

/**
 * Gives a trial back because the worker has to stop (SIGTERM, a deploy): due again at once, not counted as a failure.
 * False: the attempt is fenced, nothing was written.
 */
export async function releaseTrial({
	db,
	trialId,
	attemptNo,
}: {
	db: Db;
	trialId: string;
	attemptNo: number;
}): Promise<boolean> {
	const [row] = await db.sql<{ written: boolean }[]>`select release_trial(${trialId}, ${attemptNo}) as written`;
	return row!.written;
}
