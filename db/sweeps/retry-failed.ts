import type { RetriedSweep } from '@basin/core/contracts/api.ts';
import type { SweepState } from '@basin/core/contracts/states.ts';
import type { Db } from '../client.ts';
import { refuseWinding } from './control-errors.ts';
import { getSweep } from './get.ts';
import { holdSweep } from './hold.ts';

type Retried = { state: SweepState; retried: number };

/**
 * Gives every failed trial of a sweep a fresh budget of failures and queues it; a sweep that had ended runs again. What
 * succeeded is not touched, and a sweep without a failed trial stays as it is.
 * @throws BasinError `sweep_not_found`, `state_conflict` (stopping or cancelling), `dataset_not_found` (deleted meanwhile)
 */
export async function retryFailed({ db, sweepId }: { db: Db; sweepId: string }): Promise<RetriedSweep> {
	const retried = await db.sql.begin(async (tx) => {
		await holdSweep(tx, sweepId);
		const [row] = await tx<Retried[]>`select * from retry_failed_trials(${sweepId})`;
		refuseWinding(row!.state, ['stopping', 'cancelling']);
		return row!.retried;
	});
	return { ...(await getSweep({ db, sweepId })), retried };
}
