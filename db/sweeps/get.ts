import type { Sweep } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Db } from '../client.ts';
import { readSweep } from './summary.ts';

/** @throws BasinError `sweep_not_found` */
export async function getSweep({ db, sweepId }: { db: Db; sweepId: string }): Promise<Sweep> {
	const sweep = await readSweep(db.sql, sweepId);
	if (!sweep) throw new BasinError('sweep_not_found', `There is no sweep ${sweepId}.`);
	return sweep;
}
