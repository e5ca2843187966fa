import type { ArtifactRecord } from '@basin/core/contracts/training.ts';
import type { Db } from '../client.ts';
import { trialNotFound } from './get.ts';

type ArtifactRow = { name: string; key: string; size_bytes: number; sha256: string; content_type: string };

/** What the attempt that ended the trial left; empty before its end. @throws BasinError `trial_not_found` */
export async function listArtifacts({ db, trialId }: { db: Db; trialId: string }): Promise<ArtifactRecord[]> {
	const rows = await db.sql<ArtifactRow[]>`
		select name, key, size_bytes, sha256, content_type from artifact where trial_id = ${trialId} order by name`;
	if (rows.length === 0) {
		const [trial] = await db.sql`select from trial where id = ${trialId}`;
		if (!trial) throw trialNotFound(trialId);
	}
	return rows.map((row) => ({
		name: row.name,
		key: row.key,
		sizeBytes: row.size_bytes,
		sha256: row.sha256,
		contentType: row.content_type,
	}));
}
