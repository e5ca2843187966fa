import type { TrialWithAttempts } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { isTerminalTrial, type TrialState } from '@basin/core/contracts/states.ts';
import type { Db, Queryable } from '../client.ts';
import { getTrial, trialNotFound } from './get.ts';

/**
 * Ends one trial: at once if it waits, with its worker's next heartbeat (at most 20 s) if it runs.
 * @throws BasinError `trial_not_found`, `already_terminal`
 */
export async function cancelTrial({ db, trialId }: { db: Db; trialId: string }): Promise<TrialWithAttempts> {
	await db.sql.begin(async (tx) => {
		const [trial] = await tx<{ state: TrialState; sweep_id: string }[]>`
			select state, sweep_id from trial where id = ${trialId} for no key update`;
		if (!trial) throw trialNotFound(trialId);
		if (isTerminalTrial(trial.state)) {
			throw new BasinError('already_terminal', `The trial is ${trial.state} and stays so.`);
		}
		if (trial.state === 'running') {
			await tx`
				update trial set cancel_requested_at = now()
				where id = ${trialId} and state = 'running' and cancel_requested_at is null`;
		} else {
			await cancelWaiting(tx, trialId, trial.sweep_id);
		}
	});
	return getTrial({ db, trialId });
}

async function cancelWaiting(tx: Queryable, trialId: string, sweepId: string): Promise<void> {
	await tx`
		update trial set state = 'cancelled', message = 'Cancelled before it was started.', finished_at = now()
		where id = ${trialId} and state in ('pending', 'queued')`;
	await tx`delete from outbox where trial_id = ${trialId}`;
	await tx`select close_sweep(${sweepId})`;
}
