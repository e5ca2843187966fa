import type { Db } from '../client.ts';

/** The worker has stopped a trial that it was told to cancel. False: fenced, or nobody asked; nothing was written. */
export async function acknowledgeCancel({
	db,
	trialId,
	attemptNo,
}: {
	db: Db;
	trialId: string;
	attemptNo: number;
}): Promise<boolean> {
	const [row] = await db.sql<{ written: boolean }[]>`select acknowledge_cancel(${trialId}, ${attemptNo}) as written`;
	return row!.written;
}
