import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Baseline } from '@basin/core/contracts/gates.ts';
import type { GateSide } from '@basin/core/domain/gate-sides.ts';
import type { Db } from '../client.ts';
import { baselineColumns } from './columns.ts';

/** @throws BasinError `baseline_not_found` */
export async function getBaseline({ db, name }: { db: Db; name: string }): Promise<Baseline> {
	const [row] = await db.sql<Baseline[]>`select ${baselineColumns(db.sql)} from baseline where name = ${name}`;
	if (!row) throw baselineNotFound(name);
	return row;
}

/** What a gate compares with. @throws BasinError `baseline_not_found` */
export async function getBaselineSide({ db, name }: { db: Db; name: string }): Promise<GateSide> {
	const [row] = await db.sql<{ side: GateSide }[]>`select side from baseline where name = ${name}`;
	if (!row) throw baselineNotFound(name);
	return row.side;
}

export function baselineNotFound(name: string): BasinError {
	return new BasinError('baseline_not_found', `There is no baseline "${name}".`);
}
