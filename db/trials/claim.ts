import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import type { Db } from '../client.ts';

/**
 * Takes a trial that waits for a worker, as the next attempt, for `leaseSeconds` by the database's clock.
 * Null: somebody else has it, it has ended, it is not due yet, or its sweep starts nothing new.
 */
export async function claimTrial({
	db,
	trialId,
	workerId,
	leaseSeconds,
}: {
	db: Db;
	trialId: string;
	workerId: string;
	leaseSeconds: number;
}): Promise<TrialAssignment | null> {
	const [row] = await db.sql<{ assignment: TrialAssignment | null }[]>`
		select claim_trial(${trialId}, ${workerId}, ${leaseSeconds}) as assignment`;
	return row?.assignment ?? null;
}
