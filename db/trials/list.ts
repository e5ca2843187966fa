import type { TrialPage } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { TrialState } from '@basin/core/contracts/states.ts';
import type { Db } from '../client.ts';
import { cutPage, decodeCursor, encodeCursor } from '../cursor.ts';
import { selectTrials, toTrial } from './trial-row.ts';

export type TrialQuery = {
	state?: TrialState | undefined;
	/** Only the trials of the configuration with this hash. */
	configuration?: string | undefined;
	cursor?: string | undefined;
	limit: number;
};

type Position = [configurationNo: number, seed: number];

const isPostgresInteger = (value: unknown) => Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;

const isPosition = (value: unknown): value is Position =>
	Array.isArray(value) && value.length === 2 && value.every(isPostgresInteger);

/**
 * Trials of a sweep, by configuration and seed.
 * @throws BasinError `sweep_not_found`, or `invalid_request` for a foreign cursor.
 */
export async function listTrials({
	db,
	sweepId,
	query,
}: {
	db: Db;
	sweepId: string;
	query: TrialQuery;
}): Promise<TrialPage> {
	const { sql } = db;
	const after = query.cursor === undefined ? null : decodeCursor(query.cursor, isPosition);
	const rows = await selectTrials(
		sql,
		sql`
			where trial.sweep_id = ${sweepId}
				${query.state === undefined ? sql`` : sql`and trial.state = ${query.state}`}
				${query.configuration === undefined ? sql`` : sql`and configuration.hash = ${query.configuration}`}
				${after === null ? sql`` : sql`and (trial.configuration_no, trial.seed) > (${after[0]}, ${after[1]})`}
			order by trial.configuration_no, trial.seed limit ${query.limit + 1}`,
	);
	if (rows.length === 0) await requireSweep(db, sweepId);
	const { items, nextCursor } = cutPage(rows, query.limit, (last) => encodeCursor([last.configuration_no, last.seed]));
	return { items: items.map(toTrial), nextCursor };
}

/** @throws BasinError `sweep_not_found` */
export async function requireSweep({ sql }: Db, sweepId: string): Promise<void> {
	const [sweep] = await sql`select from sweep where id = ${sweepId}`;
	if (!sweep) throw new BasinError('sweep_not_found', `There is no sweep ${sweepId}.`);
}
