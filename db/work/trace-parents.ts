import type { Db } from '../client.ts';

/** By trial: the `traceparent` of the request that made its sweep, where that was traced. */
export async function readTraceParents({ db, trialIds }: { db: Db; trialIds: string[] }): Promise<Map<string, string>> {
	const rows = await db.sql<{ id: string; trace_parent: string }[]>`
		select trial.id, sweep.trace_parent from trial join sweep on sweep.id = trial.sweep_id
		where trial.id = any(${trialIds}) and sweep.trace_parent is not null`;
	return new Map(rows.map((row) => [row.id, row.trace_parent]));
}
