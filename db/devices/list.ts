import type { Device } from '@basin/core/contracts/device.ts';
import type { DatasetName, ModelSpec } from '@basin/core/contracts/sweep-spec.ts';
import { datasets } from '@basin/core/domain/datasets.ts';
import type { Db } from '../client.ts';

export type MeasuredDevice = {
	device: Device;
	/** Workers on this device that have claimed a trial within the last ten minutes. */
	workersSeenLately: number;
	/** The latest measurement of each model and batch size. */
	speeds: { dataset: DatasetName; model: ModelSpec; batchSize: number; secondsPerUpdate: number }[];
};

type DeviceRow = { body: Device; workers_seen_lately: number; speeds: MeasuredDevice['speeds'] | null };

const builtIn = Object.keys(datasets);

/**
 * Devices that have finished a trial, by key. Workers are everybody's; what they measured on an uploaded data set is shown to
 * projects that have one of that name.
 */
export async function listDevices({ db, projectId }: { db: Db; projectId: string }): Promise<MeasuredDevice[]> {
	const rows = await db.sql<DeviceRow[]>`
		select device.body,
			(
				select count(*) from worker where device_key = device.key and seen_at > now() - interval '10 minutes'
			) as workers_seen_lately,
			(
				select json_agg(json_build_object(
					'dataset', dataset, 'model', model, 'batchSize', batch_size, 'secondsPerUpdate', update_seconds
				) order by dataset, model, batch_size)
				from speed where device_key = device.key and (
					dataset = any (${builtIn})
					or dataset in (select name from dataset where project_id = ${projectId} and ready_at is not null)
				)
			) as speeds
		from device order by device.key`;
	return rows.map((row) => ({
		device: row.body,
		workersSeenLately: row.workers_seen_lately,
		speeds: row.speeds ?? [],
	}));
}
