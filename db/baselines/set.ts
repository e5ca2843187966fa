import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Baseline } from '@basin/core/contracts/gates.ts';
import type { Db } from '../client.ts';
import { readGateSide } from '../sweeps/gate-side.ts';
import { baselineColumns } from './columns.ts';

/**
 * Keeps the results of an ended sweep under a name, in place of what the name had; again it changes nothing but `setAt`.
 * @throws BasinError `sweep_not_found`, `not_terminal`, `not_comparable` when nothing of the sweep succeeded
 */
export async function setBaseline({
	db,
	projectId,
	name,
	sweepId,
}: {
	db: Db;
	projectId: string;
	name: string;
	sweepId: string;
}): Promise<Baseline> {
	return db.sql.begin(async (tx) => {
		// Not deleted and not running again while it is read.
		await tx`select from sweep where id = ${sweepId} for share`;
		const side = await readGateSide(tx, sweepId);
		if (!side.trials.some(({ state }) => state === 'succeeded'))
			throw new BasinError('not_comparable', `No trial of ${sweepId} succeeded: it is nothing to compare with.`);
		const [row] = await tx<[Baseline]>`
			insert into baseline (project_id, name, sweep_id, sweep_name, dataset, model, configurations, trials, side)
			select ${projectId}, ${name}, id, name, dataset, model, configurations, trials, ${tx.json(side as object as never)}
			from sweep where id = ${sweepId}
			on conflict (project_id, name) do update set
				sweep_id = excluded.sweep_id, sweep_name = excluded.sweep_name, dataset = excluded.dataset,
				model = excluded.model, configurations = excluded.configurations, trials = excluded.trials,
				side = excluded.side, set_at = excluded.set_at
			returning ${baselineColumns(tx)}`;
		return row;
	});
}
