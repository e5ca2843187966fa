import type { LeaderboardEntry, LeaderboardPage, RankBy } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { type RankedRow, rankRows } from '@basin/core/domain/ranking.ts';
import { confidence95 } from '@basin/core/domain/statistics.ts';
import type { Db } from '../client.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { type EntryKey, type EntryRow, entryKey, readBoards, readEntries } from './rows.ts';

export type LeaderboardQuery = {
	rankBy: RankBy;
	/** Of each trial's best validation epoch, or of its last. */
	accuracy: 'best' | 'final';
	batchSize?: number | undefined;
	eta?: number | undefined;
	lambda?: number | undefined;
	/** A device's key. */
	device?: string | undefined;
	/** Only configurations of which at least so many seeds succeeded on the device. */
	minSeeds?: number | undefined;
	cursor?: string | undefined;
	limit: number;
};

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Ranks a sweep's configurations by the rules of core/domain/ranking.ts, from one row per configuration and device that
 * the finishing transactions keep: no epoch or result is read. A large `limit` answers everything at once.
 * @throws BasinError `sweep_not_found`, or `invalid_request` for a foreign cursor.
 */
export async function rankSweep({
	db,
	sweepId,
	query,
}: {
	db: Db;
	sweepId: string;
	query: LeaderboardQuery;
}): Promise<LeaderboardPage> {
	const offset = query.cursor === undefined ? 0 : decodeCursor(query.cursor, isOffset);
	const [sweep] = await db.sql<{ seeds: number }[]>`
		select trials / configurations as seeds from sweep where id = ${sweepId}`;
	if (!sweep) throw new BasinError('sweep_not_found', `There is no sweep ${sweepId}.`);
	const rows = await readBoards(db, sweepId, query);
	const end = offset + query.limit;
	const page = rankRows(rows, query.rankBy, offset, end);
	const entries = await readEntries(
		db,
		sweepId,
		page.map(({ row }) => row),
		query.accuracy,
	);
	return {
		items: page.flatMap((place) => {
			// Gone only if its sweep was deleted, or a first success replaced "no seed succeeded", between two statements.
			const entry = entries.get(entryKey(place.row.configurationNo, place.row.deviceKey));
			return entry ? [toEntry(place, entry, sweep.seeds)] : [];
		}),
		nextCursor: end < rows.length ? encodeCursor(end) : null,
	};
}

function toEntry(
	{ row, rank, tiedWith, onParetoFront }: RankedRow<EntryKey>,
	entry: EntryRow,
	seeds: number,
): LeaderboardEntry {
	return {
		rank,
		tiedWith,
		configuration: { batchSize: entry.batch_size, eta: entry.eta, lambda: entry.lambda },
		configurationHash: row.hash,
		seeds: { total: seeds, succeeded: entry.succeeded, failed: entry.failed },
		diverged: row.diverged,
		valAccuracy: accuracyOf(entry),
		epochSeconds:
			entry.epoch_seconds_median === null
				? null
				: { median: entry.epoch_seconds_median, iqr: [entry.epoch_seconds_low, entry.epoch_seconds_high] },
		updateSeconds: entry.update_seconds_median === null ? null : { median: entry.update_seconds_median },
		onParetoFront,
		device: entry.device_label === null ? null : { key: entry.device_key, label: entry.device_label },
		bestTrialId: entry.best_trial_id,
	};
}

function accuracyOf({ succeeded, accuracy_mean: mean, accuracy_std: std }: EntryRow): LeaderboardEntry['valAccuracy'] {
	return mean === null ? null : { mean, std, ci95: confidence95(succeeded, mean, std) };
}
