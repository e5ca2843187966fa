import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import type { Db } from '../client.ts';
import { type ReadyRow, toDatasetInfo } from './dataset-row.ts';

/** A project's ready data set of this name, or null. */
export async function findDataset({
	db,
	projectId,
	name,
}: {
	db: Db;
	projectId: string;
	name: string;
}): Promise<DatasetInfo | null> {
	const [row] = await db.sql<ReadyRow[]>`
		select id, name, upload, facts, sha256, ready_at from dataset
		where project_id = ${projectId} and name = ${name} and ready_at is not null`;
	return row ? toDatasetInfo(row) : null;
}
