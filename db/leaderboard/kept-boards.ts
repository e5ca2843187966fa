import { LRUCache } from 'lru-cache';
import type { Db } from '../client.ts';
import { type Board, type PackedBoards, readBoards, readChanges, unpack } from './packed-boards.ts';
import type { LeaderboardQuery } from './rank.ts';

/** Of one process; twenty boards of ten thousand configurations. */
const keptBytes = 16 * 1024 * 1024;

type KeptBoards = PackedBoards & { boards: Board[]; finishedAt: string | null };
type Kept = LRUCache<string, KeptBoards>;

const keptOf = new WeakMap<Db, Kept>();

/**
 * The boards of a sweep, one for each device, in no order. They are kept, since reading ten thousand rows is most of what a page
 * costs: of a sweep that runs, only what was written since is read. What is kept is one moment with its mark and never changes, so
 * requests at once may each go on from it and keep theirs, in any order.
 * Of a sweep that has ended nothing is read: nothing changes its board, and whatever starts it again (retry, extend) clears
 * `finished_at`, so that a board that is read while that happens is kept under a moment that never comes back.
 * @param finishedAt as text, to the microsecond, read before; null while the sweep has not ended
 */
export async function boardsOf(
	db: Db,
	sweepId: string,
	query: LeaderboardQuery,
	finishedAt: string | null,
): Promise<Board[]> {
	const kept = keptFor(db);
	const { batchSize, eta, lambda, device, minSeeds, accuracy } = query;
	// The others rank by the same columns.
	const measure = query.rankBy === 'pareto' ? 'valAccuracy' : query.rankBy;
	const key = JSON.stringify([sweepId, measure, query.target, accuracy, batchSize, eta, lambda, device, minSeeds]);
	const known = kept.get(key);
	if (known && finishedAt !== null && known.finishedAt === finishedAt) return known.boards;
	const packed = (known && (await readChanges(db, sweepId, query, known))) ?? (await readBoards(db, sweepId, query));
	if (!packed) return [];
	const boards = [...packed.devices].map(([deviceKey, rows]) =>
		rows === known?.devices.get(deviceKey)
			? known.boards.find((board) => board.deviceKey === deviceKey)!
			: unpack(deviceKey, rows, query),
	);
	kept.set(key, { ...packed, boards, finishedAt });
	return boards;
}

function keptFor(db: Db): Kept {
	const known = keptOf.get(db);
	if (known !== undefined) return known;
	const made: Kept = new LRUCache({
		maxSize: keptBytes,
		sizeCalculation: ({ devices }) => 1 + 2 * devices.values().reduce((sum, rows) => sum + rows.length, 0),
	});
	keptOf.set(db, made);
	return made;
}
