import type { SweepPage } from '@basin/core/contracts/api.ts';
import { SweepId } from '@basin/core/contracts/ids.ts';
import type { SweepState } from '@basin/core/contracts/states.ts';
import type { Db } from '../client.ts';
import { cutPage, decodeCursor, encodeCursor } from '../cursor.ts';
import { selectSummaries, toSummary } from './summary.ts';

export type SweepQuery = {
	state?: SweepState | undefined;
	/** `key:value`, or `key` for any value. */
	label?: string | undefined;
	/** Part of the name, in any case. */
	q?: string | undefined;
	cursor?: string | undefined;
	limit: number;
};

// A forged cursor must not reach Postgres: it refuses a NUL with an error of its own.
const isId = (value: unknown): value is string => SweepId.safeParse(value).success;

/** A project's sweeps, newest first. @throws BasinError `invalid_request` for a foreign cursor. */
export async function listSweeps({
	db,
	projectId,
	query,
}: {
	db: Db;
	projectId: string;
	query: SweepQuery;
}): Promise<SweepPage> {
	const { sql } = db;
	const before = query.cursor === undefined ? null : decodeCursor(query.cursor, isId);
	const page = sql`
		select id from sweep
		where project_id = ${projectId}
			${before === null ? sql`` : sql`and id < ${before}`}
			${query.state === undefined ? sql`` : sql`and state = ${query.state}`}
			${query.label === undefined ? sql`` : labelFilter(db, query.label)}
			${query.q === undefined ? sql`` : sql`and name ilike ${`%${query.q.replace(/[\\%_]/g, '\\$&')}%`}`}
		order by id desc limit ${query.limit + 1}`;
	const rows = await selectSummaries(sql, page);
	const { items, nextCursor } = cutPage(rows, query.limit, (last) => encodeCursor(last.id));
	return { items: items.map(toSummary), nextCursor };
}

function labelFilter({ sql }: Db, label: string) {
	const colon = label.indexOf(':');
	if (colon < 0) return sql`and labels ? ${label}`;
	return sql`and labels @> ${sql.json({ [label.slice(0, colon)]: label.slice(colon + 1) })}`;
}
