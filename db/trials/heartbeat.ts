import type { Directive } from '@basin/core/contracts/states.ts';
import type { Db } from '../client.ts';

/** Renews an attempt's lease, and answers what the worker has to do; `fenced`: the lease is another's, write nothing. */
export async function heartbeat({
	db,
	trialId,
	attemptNo,
	leaseSeconds,
}: {
	db: Db;
	trialId: string;
	attemptNo: number;
	leaseSeconds: number;
}): Promise<Directive> {
	const [row] = await db.sql<{ directive: Directive }[]>`
		select heartbeat_trial(${trialId}, ${attemptNo}, ${leaseSeconds}) as directive`;
	return row!.directive;
}
