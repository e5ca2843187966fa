import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import type { DatasetUploadInput } from '@basin/core/contracts/datasets.ts';
import type { Db } from '../client.ts';
import { datasetNotFound, type ReadyRow, toDatasetInfo } from './dataset-row.ts';

/** What was announced, and what the data set is once it is ready. @throws BasinError `dataset_not_found` */
export async function getDataset({
	db,
	datasetId,
}: {
	db: Db;
	datasetId: string;
}): Promise<{ upload: DatasetUploadInput; ready: DatasetInfo | null }> {
	const [row] = await db.sql<(ReadyRow | (ReadyRow & { ready_at: null }))[]>`
		select id, name, upload, facts, sha256, ready_at from dataset where id = ${datasetId}`;
	if (!row) throw datasetNotFound(datasetId);
	return { upload: row.upload, ready: row.ready_at === null ? null : toDatasetInfo(row) };
}
