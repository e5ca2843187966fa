import type { Db } from '../client.ts';
import type { LeaderboardQuery } from './rank.ts';

/** A row of `leaderboard_entry` as it is shown. */
export type EntryRow = {
	configuration_no: number;
	device_key: string;
	device_label: string | null;
	hash: string;
	diverged: boolean;
	batch_size: number;
	eta: number;
	lambda: number;
	succeeded: number;
	failed: number;
	accuracy_mean: number | null;
	accuracy_std: number | null;
	epoch_seconds_median: number | null;
	epoch_seconds_low: number;
	epoch_seconds_high: number;
	update_seconds_median: number | null;
	best_trial_id: string | null;
};

/** Of each trial's best validation epoch, or of its last. */
export const accuracyColumns = {
	best: { mean: 'best_mean', std: 'best_std', trialId: 'best_trial_id' },
	final: { mean: 'final_mean', std: 'final_std', trialId: 'final_best_trial_id' },
};

/** The given rows, by their keys. */
export async function readEntries(
	{ sql }: Db,
	sweepId: string,
	keys: readonly { configurationNo: number; deviceKey: string }[],
	accuracy: LeaderboardQuery['accuracy'],
): Promise<Map<string, EntryRow>> {
	const { mean, std, trialId } = accuracyColumns[accuracy];
	const rows = await sql<EntryRow[]>`
		select entry.configuration_no, entry.device_key, device.body ->> 'label' as device_label, entry.hash, entry.diverged,
			entry.batch_size, entry.eta, entry.lambda, entry.succeeded, configuration.failed_seeds as failed, ${sql(mean)} as accuracy_mean,
			${sql(std)} as accuracy_std, entry.epoch_seconds_median, entry.epoch_seconds_low, entry.epoch_seconds_high,
			entry.update_seconds_median, ${sql(trialId)} as best_trial_id
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
