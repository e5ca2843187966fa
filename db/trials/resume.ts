import type { Db } from '../client.ts';

/**
 * Notes from which checkpoint's epoch the attempt goes on (0: from the start) and removes what came after it; `note` says why
 * it is not the newest. Only an attempt's first call counts. False: the attempt is fenced, nothing was written.
 */
export async function resumeTrial({
	db,
	trialId,
	attemptNo,
	epoch,
	note,
}: {
	db: Db;
	trialId: string;
	attemptNo: number;
	epoch: number;
	note: string | null;
}): Promise<boolean> {
	const [row] = await db.sql<{ written: boolean }[]>`
		select resume_trial(${trialId}, ${attemptNo}, ${epoch}, ${note}) as written`;
	return row!.written;
}
