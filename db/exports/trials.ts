import type { Trial } from '@basin/core/contracts/api.ts';
import type { Db, Queryable } from '../client.ts';
import type { TrialQuery } from '../trials/list.ts';
import { requireSweep } from '../trials/list.ts';
import { selectTrials, type TrialRow, toTrial } from '../trials/trial-row.ts';
import { readSnapshot } from './snapshot.ts';

const pageRows = 1_000;

/**
 * Every trial of a sweep, by configuration and seed, in pages of one moment.
 * @throws BasinError `sweep_not_found`, before anything is read
 */
export async function exportTrials({
	db,
	sweepId,
	query,
}: {
	db: Db;
	sweepId: string;
	query: Pick<TrialQuery, 'state' | 'configuration'>;
}): Promise<ReadableStream<Trial[]>> {
	await requireSweep(db, sweepId);
	return readSnapshot(db, (sql) => trialPages(sql, sweepId, query));
}

async function* trialPages(
	sql: Queryable,
	sweepId: string,
	{ state, configuration }: Pick<TrialQuery, 'state' | 'configuration'>,
): AsyncGenerator<Trial[]> {
	let last: TrialRow | undefined;
	do {
		const rows: TrialRow[] = await selectTrials(
			sql,
			sql`
				where trial.sweep_id = ${sweepId}
					${state === undefined ? sql`` : sql`and trial.state = ${state}`}
					${configuration === undefined ? sql`` : sql`and configuration.hash = ${configuration}`}
					${last === undefined ? sql`` : sql`and (trial.configuration_no, trial.seed) > (${last.configuration_no}, ${last.seed})`}
				order by trial.configuration_no, trial.seed limit ${pageRows}`,
		);
		if (rows.length > 0) yield rows.map(toTrial);
		last = rows.length === pageRows ? rows.at(-1) : undefined;
	} while (last !== undefined);
}
