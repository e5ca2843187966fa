import type { TrialWithAttempts } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { isTerminalTrial, type SweepState, type TrialState } from '@basin/core/contracts/states.ts';
import type { Db, Queryable } from '../client.ts';
import { refuseWinding } from '../sweeps/control-errors.ts';
import { holdSweep } from '../sweeps/hold.ts';
import { getTrial, trialNotFound } from './get.ts';

/**
 * Gives one failed trial a fresh budget of failures and queues it, as `retryFailed` does for all of a sweep; one that waits or
 * runs stays as it is, so that a lost answer may be asked for again.
 * @throws BasinError `trial_not_found`, `already_terminal` (it ended, and not by a failure), `state_conflict` (its sweep is
 * stopping or cancelling), `dataset_not_found` (deleted meanwhile)
 */
export async function retryTrial({ db, trialId }: { db: Db; trialId: string }): Promise<TrialWithAttempts> {
	await db.sql.begin(async (tx) => {
		const { sweepId } = await findTrial(tx, trialId);
		await holdSweep(tx, sweepId).catch((error) => refuse(error, trialId));
		const [row] = await tx<{ state: SweepState; retried: number }[]>`
			select * from retry_failed_trials(${sweepId}, ${trialId})`;
		refuseWinding(row!.state, ['stopping', 'cancelling']);
		const { state } = await findTrial(tx, trialId);
		if (!isTerminalTrial(state)) return;
		throw new BasinError('already_terminal', `The trial is ${state} and stays so: only a failed one is tried again.`);
	});
	return getTrial({ db, trialId });
}

/** A sweep that was deleted meanwhile took its trials along. */
function refuse(error: unknown, trialId: string): never {
	throw error instanceof BasinError && error.code === 'sweep_not_found' ? trialNotFound(trialId) : error;
}

async function findTrial(tx: Queryable, trialId: string): Promise<{ sweepId: string; state: TrialState }> {
	const [trial] = await tx<{ sweepId: string; state: TrialState }[]>`
		select sweep_id as "sweepId", state from trial where id = ${trialId}`;
	if (!trial) throw trialNotFound(trialId);
	return trial;
}
