import type { Sweep } from '@basin/core/contracts/api.ts';
import type { SweepState } from '@basin/core/contracts/states.ts';
import type { Db } from '../client.ts';
import { refuseState } from './control-errors.ts';
import { getSweep } from './get.ts';

/**
 * Goes on with a paused sweep: every trial that waits is sent again. Of a sweep that is not paused it changes nothing.
 * @throws BasinError `sweep_not_found`, `already_terminal`, `state_conflict` (stopping or cancelling)
 */
export async function resumeSweep({ db, sweepId }: { db: Db; sweepId: string }): Promise<Sweep> {
	const [row] = await db.sql<{ state: SweepState | null }[]>`select resume_sweep(${sweepId}) as state`;
	refuseState({ sweepId, state: row!.state, winding: ['stopping', 'cancelling'] });
	return getSweep({ db, sweepId });
}
