import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Baseline } from '@basin/core/contracts/gates.ts';
import type { GateSide } from '@basin/core/domain/gate-sides.ts';
import type { Db } from '../client.ts';
import { baselineColumns } from './columns.ts';

type Named = { db: Db; projectId: string; name: string };

/** A project's baseline. @throws BasinError `baseline_not_found` */
export async function getBaseline({ db, projectId, name }: Named): Promise<Baseline> {
	const [row] = await db.sql<
		Baseline[]
	>`select ${baselineColumns(db.sql)} from baseline where project_id = ${projectId} and name = ${name}`;
	if (!row) throw baselineNotFound(name);
	return row;
}

/** What a gate compares with. @throws BasinError `baseline_not_found` */
export async function getBaselineSide({ db, projectId, name }: Named): Promise<GateSide> {
	const [row] = await db.sql<
		{ side: GateSide }[]
	>`select side from baseline where project_id = ${projectId} and name = ${name}`;
	if (!row) throw baselineNotFound(name);
	return row.side;
}

export function baselineNotFound(name: string): BasinError {
	return new BasinError('baseline_not_found', `There is no baseline "${name}".`);
}
