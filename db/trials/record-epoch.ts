import type { EpochMetrics } from '@basin/core/contracts/training.ts';
import type { Db } from '../client.ts';

/** Stores one epoch; again with the same epoch replaces it. False: the attempt is fenced, nothing was written. */
export async function recordEpoch({
	db,
	trialId,
	attemptNo,
	metrics,
}: {
	db: Db;
	trialId: string;
	attemptNo: number;
	metrics: EpochMetrics;
}): Promise<boolean> {
	const [row] = await db.sql<{ written: boolean }[]>`
		select record_epoch(${trialId}, ${attemptNo}, ${db.sql.json(metrics)}) as written`;
	return row!.written;
}
