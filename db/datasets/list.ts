import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import type { Db } from '../client.ts';
import { type ReadyRow, toDatasetInfo } from './dataset-row.ts';

/** A page of a project's uploaded data sets that are ready, by name. */
export async function listDatasets({
	db,
	projectId,
	query: { after, limit },
}: {
	db: Db;
	projectId: string;
	/** `after`: a name; those that follow it. */
	query: { after?: string | undefined; limit: number };
}): Promise<DatasetInfo[]> {
	const rows = await db.sql<ReadyRow[]>`
		select id, name, upload, facts, sha256, ready_at from dataset
		where project_id = ${projectId} and ready_at is not null and name > ${after ?? ''} order by name limit ${limit}`;
	return rows.map(toDatasetInfo);
}
