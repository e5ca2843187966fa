import type { DatasetUploadInput } from '@basin/core/contracts/datasets.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import type { Db } from '../client.ts';
import { datasetNotFound } from './dataset-row.ts';

export type DeletedDatasetRow = {
	name: string;
	upload: DatasetUploadInput;
	/** Of the object that nothing points to any more; null when there is none. */
	sha256: string | null;
};

/**
 * Deletes an uploaded data set, or an upload that is not finished. Ended sweeps that trained on it stay.
 * @throws BasinError `dataset_not_found`, `dataset_in_use` while a sweep that trains on it has not ended
 */
export async function deleteDataset({ db, datasetId }: { db: Db; datasetId: string }): Promise<DeletedDatasetRow> {
	return db.sql.begin(async (tx) => {
		const [deleted] = await tx<(DeletedDatasetRow & { project_id: string })[]>`
			delete from dataset where id = ${datasetId} returning project_id, name, upload, sha256`;
		if (!deleted) throw datasetNotFound(datasetId);
		const { project_id: projectId, ...row } = deleted;
		if (row.sha256 === null) return row;
		const [sweep] = await tx<{ id: string }[]>`
			select id from sweep
			where project_id = ${projectId} and finished_at is null and training -> 'dataset' ->> 'sha256' = ${row.sha256} order by id limit 1`;
		// Another project may have uploaded the same content: it keeps the object, and is no reason to answer anything else.
		const same = await tx<{ project_id: string }[]>`select project_id from dataset where sha256 = ${row.sha256}`;
		if (sweep && !same.some((other) => other.project_id === projectId)) {
			throw new BasinError(
				'dataset_in_use',
				`The sweep ${sweep.id} trains on ${row.name}: cancel it, or wait for its end.`,
			);
		}
		return { ...row, sha256: same.length > 0 ? null : row.sha256 };
	});
}
