import { BasinError } from '@basin/core/contracts/errors.ts';
import { isTerminalSweep, type SweepState } from '@basin/core/contracts/states.ts';
import type { Db } from '../client.ts';

/** Without foreign keys: checking them was 5 % of claiming and finishing a trial. */
export const tablesOfTrials = ['outbox', 'attempt', 'epoch', 'checkpoint', 'artifact', 'result'];

/**
 * Deletes an ended sweep with its trials, curves and results; answers the objects that the caller has to delete.
 * @throws BasinError `sweep_not_found`, `not_terminal`
 */
export async function deleteSweep({ db, sweepId }: { db: Db; sweepId: string }): Promise<{ artifactKeys: string[] }> {
	return db.sql.begin(async (tx) => {
		const [sweep] = await tx<{ state: SweepState }[]>`select state from sweep where id = ${sweepId} for update`;
		if (!sweep) throw new BasinError('sweep_not_found', `There is no sweep ${sweepId}.`);
		if (!isTerminalSweep(sweep.state)) {
			throw new BasinError('not_terminal', `The sweep is ${sweep.state}: cancel it, or wait for its end.`);
		}
		const artifacts = await tx<{ key: string }[]>`
			select artifact.key from artifact join trial on trial.id = artifact.trial_id where trial.sweep_id = ${sweepId}`;
		for (const table of tablesOfTrials) {
			await tx`delete from ${tx(table)} as row using trial where trial.id = row.trial_id and trial.sweep_id = ${sweepId}`;
		}
		await tx`delete from trial where sweep_id = ${sweepId}`;
		await tx`delete from leaderboard_entry where sweep_id = ${sweepId}`;
		await tx`delete from configuration where sweep_id = ${sweepId}`;
		await tx`delete from sweep where id = ${sweepId}`;
		// What the caller cannot delete now, and what a fenced worker still uploads, is swept later.
		await tx`insert into deleted_sweep (id) values (${sweepId})`;
		return { artifactKeys: artifacts.map(({ key }) => key) };
	});
}
