import type { Device } from '@basin/core/contracts/device.ts';
import type { ArtifactRecord, FinishedResult } from '@basin/core/contracts/training.ts';
import type { Db } from '../client.ts';

/**
 * Ends a trial as succeeded: result, artifacts and leaderboard entry, in one transaction.
 * False: the attempt is fenced or the trial has ended already (perhaps by this very call, tried again); nothing was written.
 */
export async function finishTrial({
	db,
	trialId,
	attemptNo,
	result,
	device,
	artifacts,
}: {
	db: Db;
	trialId: string;
	attemptNo: number;
	result: FinishedResult;
	device: Device;
	artifacts: ArtifactRecord[];
}): Promise<boolean> {
	const { sql } = db;
	const [row] = await sql<{ written: boolean }[]>`
		select finish_trial(
			${trialId}, ${attemptNo}, ${sql.json(result)}, ${sql.json(device)}, ${sql.json(artifacts)}
		) as written`;
	return row!.written;
}
