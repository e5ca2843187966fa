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
		const [row] = await tx<DeletedDatasetRow[]>`
			delete from dataset where id = ${datasetId} returning name, upload, sha256`;
		if (!row) throw datasetNotFound(datasetId);
		if (row.sha256 === null) return row;
		const [sweep] = await tx<{ id: string }[]>`
			select id from sweep
			where finished_at is null and training -> 'dataset' ->> 'sha256' = ${row.sha256} order by id limit 1`;
		const [same] = await tx`select from dataset where sha256 = ${row.sha256} limit 1`;
		if (sweep && !same) {
			throw new BasinError(
				'dataset_in_use',
				`The sweep ${sweep.id} trains on ${row.name}: cancel it, or wait for its end.`,
			);
		}
		return { ...row, sha256: same ? null : row.sha256 };
	});
}
