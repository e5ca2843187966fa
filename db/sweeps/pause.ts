import type { Sweep } from '@basin/core/contracts/api.ts';
import type { SweepState } from '@basin/core/contracts/states.ts';
import type { Db } from '../client.ts';
import { refuseState } from './control-errors.ts';
import { getSweep } from './get.ts';

/**
 * Starts nothing new of a sweep; what runs is told with its next heartbeat to keep a checkpoint and give its trial back.
 * Again while it is paused changes nothing.
 * @throws BasinError `sweep_not_found`, `already_terminal`, `state_conflict` (stopping or cancelling)
 */
export async function pauseSweep({ db, sweepId }: { db: Db; sweepId: string }): Promise<Sweep> {
	const [row] = await db.sql<{ state: SweepState | null }[]>`select pause_sweep(${sweepId}) as state`;
	refuseState({ sweepId, state: row!.state, winding: ['stopping', 'cancelling'] });
	return getSweep({ db, sweepId });
}
