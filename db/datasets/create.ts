import type { DatasetUploadInput } from '@basin/core/contracts/datasets.ts';
import { newDatasetId } from '@basin/core/domain/ids.ts';
import type { Db } from '../client.ts';
import { nameTaken } from './dataset-row.ts';

/** An upload that was begun and never finished. */
export type AbandonedUpload = { id: string; upload: DatasetUploadInput };

/** The links of an upload are valid for an hour; a day later nobody will finish it. */
const abandonedAfter = '1 day';

/**
 * Notes an announced upload, and forgets abandoned ones: the caller deletes what they left in the bucket.
 * @throws BasinError `dataset_exists`
 */
export async function createDataset({
	db,
	projectId,
	input,
}: {
	db: Db;
	projectId: string;
	input: DatasetUploadInput;
}): Promise<{ id: string; abandoned: AbandonedUpload[] }> {
	return db.sql.begin(async (tx) => {
		const [taken] =
			await tx`select from dataset where project_id = ${projectId} and name = ${input.name} and ready_at is not null`;
		if (taken) throw nameTaken(input.name);
		const id = newDatasetId(Date.now());
		await tx`
			insert into dataset (id, project_id, name, upload) values (${id}, ${projectId}, ${input.name}, ${tx.json(input)})`;
		const abandoned = await tx<AbandonedUpload[]>`
			delete from dataset where ready_at is null and created_at < now() - ${abandonedAfter}::interval
			returning id, upload`;
		return { id, abandoned: [...abandoned] };
	});
}
