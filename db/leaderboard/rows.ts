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
	accuracy_mean: number | null;
	accuracy_std: number | null;
	epoch_seconds_median: number | null;
	epoch_seconds_low: number;
	epoch_seconds_high: number;
	update_seconds_median: number | null;
	best_trial_id: string | null;
};

/** A board as arrays of equal length; a mean that is the accuracy's is not sent twice. */
type Board = {
	device_key: string;
	configuration_no: number[];
	hash: string[];
	succeeded: number[];
	diverged: boolean[];
	accuracy_mean: (number | null)[];
	epoch_seconds_median: (number | null)[];
	epoch_seconds_mean: (number | null)[] | null;
	ranked_std: (number | null)[];
};

/** All rows that pass the filters; ten thousand come as a few arrays, in half the time of ten thousand rows. */
export async function readBoards({ sql }: Db, sweepId: string, query: LeaderboardQuery): Promise<EntryKey[]> {
	const byTime = query.rankBy === 'epochSeconds';
	const boards = await sql<Board[]>`
		select device_key, json_agg(configuration_no) as configuration_no, json_agg(hash) as hash,
			json_agg(succeeded) as succeeded, json_agg(diverged) as diverged,
			json_agg(${sql(accuracyColumns[query.accuracy].mean)}) as accuracy_mean,
			json_agg(epoch_seconds_median) as epoch_seconds_median,
			${byTime ? sql`json_agg(epoch_seconds_mean)` : sql`null`} as epoch_seconds_mean,
			json_agg(${sql(byTime ? 'epoch_seconds_std' : accuracyColumns[query.accuracy].std)}) as ranked_std
		from leaderboard_entry
		where sweep_id = ${sweepId}
			${query.batchSize === undefined ? sql`` : sql`and batch_size = ${query.batchSize}`}
			${query.eta === undefined ? sql`` : sql`and eta = ${query.eta}`}
			${query.lambda === undefined ? sql`` : sql`and lambda = ${query.lambda}`}
			${query.device === undefined ? sql`` : sql`and device_key = ${query.device}`}
			${query.minSeeds === undefined ? sql`` : sql`and succeeded >= ${query.minSeeds}`}
		group by device_key`;
	return boards.flatMap(toRows);
}

const accuracyColumns = {
	best: { mean: 'best_mean', std: 'best_std', trialId: 'best_trial_id' },
	final: { mean: 'final_mean', std: 'final_std', trialId: 'final_best_trial_id' },
};

function toRows(board: Board): EntryKey[] {
	const rankedMean = board.epoch_seconds_mean ?? board.accuracy_mean;
	return board.configuration_no.map((configurationNo, i) => ({
		configurationNo,
		deviceKey: board.device_key,
		hash: board.hash[i]!,
		succeeded: board.succeeded[i]!,
		diverged: board.diverged[i]!,
		accuracyMean: board.accuracy_mean[i]!,
		epochSecondsMedian: board.epoch_seconds_median[i]!,
		rankedMean: rankedMean[i]!,
		rankedStd: board.ranked_std[i]!,
	}));
}

/** What is shown of the given rows, by their keys. */
export async function readEntries(
	{ sql }: Db,
	sweepId: string,
	keys: EntryKey[],
	accuracy: LeaderboardQuery['accuracy'],
): Promise<Map<string, EntryRow>> {
	const { mean, std, trialId } = accuracyColumns[accuracy];
	const rows = await sql<EntryRow[]>`
		select entry.configuration_no, entry.device_key, device.body ->> 'label' as device_label, entry.batch_size, entry.eta,
			entry.lambda, entry.succeeded, configuration.failed_seeds as failed, ${sql(mean)} as accuracy_mean,
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
