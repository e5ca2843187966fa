import type { MetricsPage } from '@basin/core/contracts/api.ts';
import type { Db } from '../client.ts';
import { cutPage } from '../cursor.ts';
import { trialNotFound } from './get.ts';

export type EpochRow = {
	epoch: number;
	attempt_no: number;
	updates: number;
	train_loss: number | null;
	train_accuracy: number | null;
	val_loss: number | null;
	val_accuracy: number | null;
	epoch_seconds: number;
	validation_seconds: number;
	recorded_at: string;
};

/** A trial's epochs beyond `after`, in order; `nextCursor` is the next `after`. @throws BasinError `trial_not_found` */
export async function listMetrics({
	db,
	trialId,
	after = 0,
	limit,
}: {
	db: Db;
	trialId: string;
	after?: number | undefined;
	limit: number;
}): Promise<MetricsPage> {
	const { sql } = db;
	const rows = await sql<EpochRow[]>`
		select * from epoch where trial_id = ${trialId} and epoch > ${after} order by epoch limit ${limit + 1}`;
	if (rows.length === 0) {
		const [trial] = await sql`select from trial where id = ${trialId}`;
		if (!trial) throw trialNotFound(trialId);
	}
	const { items, nextCursor } = cutPage(rows, limit, (last) => String(last.epoch));
	return { items: items.map(toMetrics), nextCursor };
}

/** A row of `epoch` as the API shows it. */
export function toMetrics(row: EpochRow): MetricsPage['items'][number] {
	return {
		epoch: row.epoch,
		updates: row.updates,
		trainLoss: row.train_loss,
		trainAccuracy: row.train_accuracy,
		valLoss: row.val_loss,
		valAccuracy: row.val_accuracy,
		epochSeconds: row.epoch_seconds,
		validationSeconds: row.validation_seconds,
		attemptNo: row.attempt_no,
		recordedAt: row.recorded_at,
	};
}
