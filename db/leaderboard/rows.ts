import type { BoardRow } from '@basin/core/domain/ranking.ts';
import type { Db } from '../client.ts';
import type { LeaderboardQuery } from './rank.ts';

/** A row of `leaderboard_entry` as far as ranking goes. */
export type EntryKey = BoardRow & { configurationNo: number };

/** The rest of it, for those that are shown. */
export type EntryRow = {
	configuration_no: number;
	device_key: string;
	device_label: string | null;
	batch_size: number;
	eta: number;
	lambda: number;
	succeeded: number;
	failed: number;
	epoch_seconds_low: number;
	epoch_seconds_high: number;
	update_seconds_median: number | null;
	best_trial_id: string | null;
	final_best_trial_id: string | null;
};

type Columns = {
	configuration_no: number[] | null;
	device_key: string[];
	hash: string[];
	succeeded: number[];
	diverged: boolean[];
	accuracy_mean: (number | null)[];
	accuracy_std: (number | null)[];
	epoch_seconds_median: (number | null)[];
	epoch_seconds_mean: (number | null)[];
	epoch_seconds_std: (number | null)[];
};

/** All rows that pass the filters; ten thousand come as one row of arrays, half the time of ten thousand rows. */
export async function readBoard({ sql }: Db, sweepId: string, query: LeaderboardQuery): Promise<EntryKey[]> {
	const [mean, std] = query.accuracy === 'best' ? [sql`best_mean`, sql`best_std`] : [sql`final_mean`, sql`final_std`];
	const [columns] = await sql<[Columns]>`
		select json_agg(configuration_no) as configuration_no, json_agg(device_key) as device_key, json_agg(hash) as hash,
			json_agg(succeeded) as succeeded, json_agg(diverged) as diverged,
			json_agg(${mean}) as accuracy_mean, json_agg(${std}) as accuracy_std,
			json_agg(epoch_seconds_median) as epoch_seconds_median, json_agg(epoch_seconds_mean) as epoch_seconds_mean,
			json_agg(epoch_seconds_std) as epoch_seconds_std
		from leaderboard_entry
		where sweep_id = ${sweepId}
			${query.batchSize === undefined ? sql`` : sql`and batch_size = ${query.batchSize}`}
			${query.eta === undefined ? sql`` : sql`and eta = ${query.eta}`}
			${query.lambda === undefined ? sql`` : sql`and lambda = ${query.lambda}`}
			${query.device === undefined ? sql`` : sql`and device_key = ${query.device}`}
			${query.minSeeds === undefined ? sql`` : sql`and succeeded >= ${query.minSeeds}`}`;
	return (columns.configuration_no ?? []).map((configurationNo, i) => ({
		configurationNo,
		deviceKey: columns.device_key[i]!,
		hash: columns.hash[i]!,
		succeeded: columns.succeeded[i]!,
		diverged: columns.diverged[i]!,
		accuracyMean: columns.accuracy_mean[i]!,
		accuracyStd: columns.accuracy_std[i]!,
		epochSecondsMedian: columns.epoch_seconds_median[i]!,
		epochSecondsMean: columns.epoch_seconds_mean[i]!,
		epochSecondsStd: columns.epoch_seconds_std[i]!,
	}));
}

/** What is shown of the given rows, by their keys. */
export async function readEntries({ sql }: Db, sweepId: string, keys: EntryKey[]): Promise<Map<string, EntryRow>> {
	const rows = await sql<EntryRow[]>`
		select entry.configuration_no, entry.device_key, device.body ->> 'label' as device_label, entry.batch_size, entry.eta,
			entry.lambda, entry.succeeded, configuration.failed_seeds as failed, entry.epoch_seconds_low,
			entry.epoch_seconds_high, entry.update_seconds_median, entry.best_trial_id, entry.final_best_trial_id
		from unnest(
			${keys.map((key) => key.configurationNo)}::integer[], ${keys.map((key) => key.deviceKey)}::text[]
		) as shown (configuration_no, device_key)
		join leaderboard_entry as entry
			on entry.sweep_id = ${sweepId} and entry.configuration_no = shown.configuration_no
			and entry.device_key = shown.device_key
		join configuration
			on configuration.sweep_id = entry.sweep_id and configuration.configuration_no = entry.configuration_no
		left join device on device.key = entry.device_key`;
	return new Map(rows.map((row) => [entryKey(row.configuration_no, row.device_key), row]));
}

export function entryKey(configurationNo: number, deviceKey: string): string {
	return `${configurationNo} ${deviceKey}`;
}
