import type { LeaderboardEntry, LeaderboardPage, RankBy } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import {
	type BoardRow,
	byDeviceKey,
	contendersFor,
	intervalsOfBoard,
	type RankedRow,
	rankBoard,
	rowOf,
} from '@basin/core/domain/ranking.ts';
import { confidence95 } from '@basin/core/domain/statistics.ts';
import type { Db } from '../client.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { type EntryRow, entryKey, readEntries } from './entries.ts';
import { boardsOf } from './kept-boards.ts';
import type { Board } from './packed-boards.ts';

export type LeaderboardQuery = {
	rankBy: RankBy;
	/** The validation accuracy that `secondsToTarget` asks for; of no meaning to other rankings. */
	target?: number | undefined;
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
	const [sweep] = await db.sql<{ seeds: number; finished_at: string | null }[]>`
		select trials / configurations as seeds, finished_at::text from sweep where id = ${sweepId}`;
	if (!sweep) throw new BasinError('sweep_not_found', `There is no sweep ${sweepId}.`);
	const boards = await boardsOf(db, sweepId, query, sweep.finished_at);
	const end = offset + query.limit;
	const parts = partsOf(boards, offset, end);
	const contenders = parts.flatMap(({ board, to }) =>
		contendersFor(board, query.rankBy, to).map((i) => ({ board, i, configurationNo: board.configurationNo[i]! })),
	);
	const keys = contenders.map(({ board: { deviceKey }, configurationNo }) => ({ deviceKey, configurationNo }));
	const entries = await readEntries(db, sweepId, keys, query.accuracy);
	const items = parts.flatMap(({ board, from, to }) => {
		const rows = contenders.flatMap((one) => {
			// Gone only if its sweep was deleted, or a first success replaced "no seed succeeded", between two statements.
			const entry = one.board === board && entries.get(entryKey(one.configurationNo, board.deviceKey));
			if (!entry) return [];
			const { hash, diverged } = entry;
			return [{ ...rowOf(board, one.i), deviceKey: board.deviceKey, hash, diverged, entry }];
		});
		return rankBoard(rows, query.rankBy, from, to, intervalsOfBoard(board));
	});
	const size = boards.reduce((sum, board) => sum + board.succeeded.length, 0);
	return {
		items: items.map((place) => toEntry(place, sweep.seeds)),
		nextCursor: end < size ? encodeCursor(end) : null,
	};
}

type Part = { board: Board; from: number; to: number };

/** Boards follow one another: which places of which of them the places `from` up to `to` of the whole list are. */
function partsOf(boards: readonly Board[], from: number, to: number): Part[] {
	let before = 0;
	return boards
		.toSorted((one, other) => byDeviceKey(one.deviceKey, other.deviceKey))
		.flatMap((board) => {
			const start = before;
			before += board.succeeded.length;
			return before <= from || start >= to ? [] : [{ board, from: Math.max(0, from - start), to: to - start }];
		});
}

function toEntry(
	{ row: { entry, secondsToTarget }, rank, tiedWith, onParetoFront }: RankedRow<BoardRow & { entry: EntryRow }>,
	seeds: number,
): LeaderboardEntry {
	return {
		rank,
		tiedWith,
		configuration: { batchSize: entry.batch_size, eta: entry.eta, lambda: entry.lambda },
		configurationHash: entry.hash,
		seeds: { total: seeds, succeeded: entry.succeeded, failed: entry.failed },
		diverged: entry.diverged,
		valAccuracy: accuracyOf(entry),
		epochSeconds:
			entry.epoch_seconds_median === null
				? null
				: { median: entry.epoch_seconds_median, iqr: [entry.epoch_seconds_low, entry.epoch_seconds_high] },
		updateSeconds: entry.update_seconds_median === null ? null : { median: entry.update_seconds_median },
		secondsToTarget: secondsToTarget ?? null,
		onParetoFront,
		device: entry.device_label === null ? null : { key: entry.device_key, label: entry.device_label },
		bestTrialId: entry.best_trial_id,
	};
}

function accuracyOf({ succeeded, accuracy_mean: mean, accuracy_std: std }: EntryRow): LeaderboardEntry['valAccuracy'] {
	return mean === null ? null : { mean, std, ci95: confidence95(succeeded, mean, std) };
}
