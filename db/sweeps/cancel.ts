import type { Sweep } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { isTerminalSweep, type SweepState } from '@basin/core/contracts/states.ts';
import type { Db, Queryable } from '../client.ts';
import { getSweep } from './get.ts';

/**
 * Ends a sweep: what waits is cancelled now, what runs is told so with its next heartbeat, and the reconciler ends what
 * does not listen within 20 s. Again while it is cancelling changes nothing.
 * @throws BasinError `sweep_not_found`, `already_terminal`
 */
export async function cancelSweep({ db, sweepId }: { db: Db; sweepId: string }): Promise<Sweep> {
	await db.sql.begin(async (tx) => {
		await markCancelling(tx, sweepId);
		await tx`select wind_down_sweep(${sweepId})`;
	});
	return getSweep({ db, sweepId });
}

async function markCancelling(tx: Queryable, sweepId: string): Promise<void> {
	const [sweep] = await tx<{ state: SweepState }[]>`
		select state from sweep where id = ${sweepId} for no key update`;
	if (!sweep) throw new BasinError('sweep_not_found', `There is no sweep ${sweepId}.`);
	if (isTerminalSweep(sweep.state)) {
		throw new BasinError('already_terminal', `The sweep is ${sweep.state} and stays so.`);
	}
	await tx`
		update sweep set state = 'cancelling', stop_reason = 'Cancelled by request.'
		where id = ${sweepId} and finished_at is null and state <> 'cancelling'`;
}
