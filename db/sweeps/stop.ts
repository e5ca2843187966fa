import type { Sweep } from '@basin/core/contracts/api.ts';
import type { SweepState } from '@basin/core/contracts/states.ts';
import type { Db } from '../client.ts';
import { refuseState } from './control-errors.ts';
import { getSweep } from './get.ts';

/**
 * Drains a sweep: what waits is dropped now, what runs may end. Again while it is stopping changes nothing.
 * @throws BasinError `sweep_not_found`, `already_terminal`, `state_conflict` (cancelling)
 */
export async function stopSweep({ db, sweepId }: { db: Db; sweepId: string }): Promise<Sweep> {
	const [row] = await db.sql<{ state: SweepState | null }[]>`
		select stop_sweep(${sweepId}, 'Stopped by request.') as state`;
	refuseState({ sweepId, state: row!.state, winding: ['cancelling'] });
	return getSweep({ db, sweepId });
}
