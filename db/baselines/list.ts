import { type Baseline, BaselineName, type BaselinePage } from '@basin/core/contracts/gates.ts';
import type { Db } from '../client.ts';
import { cutPage, decodeCursor, encodeCursor } from '../cursor.ts';
import { baselineColumns } from './columns.ts';

const isName = (value: unknown): value is string => BaselineName.safeParse(value).success;

/** A project's baselines by name. @throws BasinError `invalid_request` for a foreign cursor */
export async function listBaselines({
	db,
	projectId,
	query,
}: {
	db: Db;
	projectId: string;
	query: { cursor?: string | undefined; limit: number };
}): Promise<BaselinePage> {
	const after = query.cursor === undefined ? '' : decodeCursor(query.cursor, isName);
	const rows = await db.sql<Baseline[]>`
		select ${baselineColumns(db.sql)} from baseline
		where project_id = ${projectId} and name > ${after} order by name limit ${query.limit + 1}`;
	return cutPage(rows, query.limit, ({ name }) => encodeCursor(name));
}
