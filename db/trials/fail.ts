import type { Device } from '@basin/core/contracts/device.ts';
import type { FailureReason } from '@basin/core/contracts/states.ts';
import type { ArtifactRecord } from '@basin/core/contracts/training.ts';
import type { Db } from '../client.ts';

/**
 * Ends an attempt that failed. Within the budget of the reason's class the trial is queued again after a random delay;
 * beyond it, or when trying again cannot help, the trial has failed and keeps its curve and `artifacts`.
 * False: the attempt is fenced, nothing was written.
 */
export async function failTrial({
	db,
	trialId,
	attemptNo,
	reason,
	message,
	device,
	artifacts,
}: {
	db: Db;
	trialId: string;
	attemptNo: number;
	reason: FailureReason;
	message: string;
	device: Device | null;
	artifacts: ArtifactRecord[];
}): Promise<boolean> {
	const { sql } = db;
	const [row] = await sql<{ written: boolean }[]>`
		select fail_trial(
			${trialId}, ${attemptNo}, ${reason}, ${message}, ${device && sql.json(device)}, ${sql.json(artifacts)}
		) as written`;
	return row!.written;
}
