import type { DatasetInfo } from '@basin/core/contracts/api.ts';
import type { Db } from '../client.ts';
import { type DatasetFacts, datasetNotFound, nameTaken, type ReadyRow, toDatasetInfo } from './dataset-row.ts';

const uniqueViolation = '23505';

/**
 * Makes an upload a data set that sweeps can name; again changes nothing.
 * @throws BasinError `dataset_not_found`, `dataset_exists` when another upload took the name meanwhile
 */
export async function registerDataset({
	db,
	datasetId,
	input: { facts, sha256, sizeBytes },
}: {
	db: Db;
	datasetId: string;
	input: { facts: DatasetFacts; sha256: string; sizeBytes: number };
}): Promise<DatasetInfo> {
	return db.sql.begin(async (tx) => {
		const [row] = await tx<{ name: string }[]>`select name from dataset where id = ${datasetId} for update`;
		if (!row) throw datasetNotFound(datasetId);
		try {
			const [ready] = await tx<ReadyRow[]>`
				update dataset set
					facts = coalesce(facts, ${tx.json(facts)}), sha256 = coalesce(sha256, ${sha256}),
					size_bytes = coalesce(size_bytes, ${sizeBytes}), ready_at = coalesce(ready_at, now())
				where id = ${datasetId} returning id, name, upload, facts, sha256, ready_at`;
			return toDatasetInfo(ready!);
		} catch (error) {
			if ((error as { code?: string }).code === uniqueViolation) throw nameTaken(row.name);
			throw error;
		}
	});
}
