import type { BoardColumns } from '@basin/core/domain/ranking.ts';
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

/** The board of one device. */
export type Board = BoardColumns & { deviceKey: string; configurationNo: Int32Array };

/**
 * What ranks, of all rows that pass the filters: one board for each device, in no order. One packed text for each board takes
 * 5.5 ms of the database's processor for ten thousand rows, of which 3 are reading them; a column of bytes for each number
 * took 7.6, and rows as rows 7.6 and 17 ms of ours.
 */
export async function readBoards({ sql }: Db, sweepId: string, query: LeaderboardQuery): Promise<Board[]> {
	const byTime = query.rankBy === 'epochSeconds';
	const { mean, std } = accuracyColumns[query.accuracy];
	const ranked = byTime ? ['epoch_seconds_std', 'epoch_seconds_mean'] : [std];
	const doubles = [mean, 'epoch_seconds_median', ...ranked].map(
		(column) => sql`|| float8send(coalesce(${sql(column)}, 'NaN'))`,
	);
	const boards = await sql<{ device_key: string; rows: Buffer }[]>`
		select device_key, string_agg(int4send(configuration_no) || int4send(succeeded) ${doubles}, '') as rows
		from leaderboard_entry
		where sweep_id = ${sweepId}
			${query.batchSize === undefined ? sql`` : sql`and batch_size = ${query.batchSize}`}
			${query.eta === undefined ? sql`` : sql`and eta = ${query.eta}`}
			${query.lambda === undefined ? sql`` : sql`and lambda = ${query.lambda}`}
			${query.device === undefined ? sql`` : sql`and device_key = ${query.device}`}
			${query.minSeeds === undefined ? sql`` : sql`and succeeded >= ${query.minSeeds}`}
		group by device_key`;
	return boards.map(({ device_key, rows }) => unpack(device_key, rows, byTime));
}

const accuracyColumns = {
	best: { mean: 'best_mean', std: 'best_std', trialId: 'best_trial_id' },
	final: { mean: 'final_mean', std: 'final_std', trialId: 'final_best_trial_id' },
};

type Doubles = [mean: Float64Array, median: Float64Array, std: Float64Array, secondsMean?: Float64Array];

/** Each row is two integers and three or four doubles, in the order of the network. */
function unpack(deviceKey: string, { buffer, byteOffset, byteLength }: Buffer, byTime: boolean): Board {
	const view = new DataView(buffer, byteOffset, byteLength);
	const columns = byTime ? 4 : 3;
	const rowBytes = 8 + 8 * columns;
	const rows = byteLength / rowBytes;
	const configurationNo = new Int32Array(rows);
	const succeeded = new Int32Array(rows);
	const doubles = Array.from({ length: columns }, () => new Float64Array(rows));
	for (let i = 0, at = 0; i < rows; i++) {
		configurationNo[i] = view.getInt32(at);
		succeeded[i] = view.getInt32(at + 4);
		at += 8;
		for (const column of doubles) {
			column[i] = view.getFloat64(at);
			at += 8;
		}
	}
	const [accuracyMean, epochSecondsMedian, rankedStd, secondsMean] = doubles as Doubles;
	const rankedMean = secondsMean ?? accuracyMean;
	return { deviceKey, configurationNo, succeeded, accuracyMean, epochSecondsMedian, rankedMean, rankedStd };
}

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
