import type { CheckpointRecord } from '@basin/core/contracts/worker-protocol.ts';
import type { Db } from '../client.ts';

/**
 * Stores a checkpoint whose object is complete, after the epochs that it holds. Answers the keys of the objects that nobody
 * needs any more. Null: the attempt is fenced, nothing was written.
 */
export async function recordCheckpoint({
	db,
	trialId,
	attemptNo,
	checkpoint,
}: {
	db: Db;
	trialId: string;
	attemptNo: number;
	checkpoint: CheckpointRecord;
}): Promise<string[] | null> {
	const [row] = await db.sql<{ unneeded: string[] | null }[]>`
		select record_checkpoint(${trialId}, ${attemptNo}, ${db.sql.json(checkpoint)}) as unneeded`;
	return row!.unneeded;
}
