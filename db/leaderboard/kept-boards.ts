import { LRUCache } from 'lru-cache';
import type { Db } from '../client.ts';
import type { LeaderboardQuery } from './rank.ts';
import { type Board, readBoards } from './rows.ts';

/** Of one process; forty boards of ten thousand configurations. */
const keptBytes = 16 * 1024 * 1024;

type Kept = LRUCache<string, Board[]>;

const keptOf = new WeakMap<Db, Kept>();

/**
 * The boards of a sweep, as `readBoards`; those of a sweep that has ended are kept, since reading ten thousand rows is most of what a page
 * costs. Sound because nothing changes a sweep's board while it has ended, and whatever starts it again (retry, extend) clears
 * `finished_at`: a board that is read while that happens is kept under a moment that never comes back.
 * @param finishedAt as text, to the microsecond, read before; null while the sweep has not ended
 */
export async function boardsOf(
	db: Db,
	sweepId: string,
	query: LeaderboardQuery,
	finishedAt: string | null,
): Promise<Board[]> {
	if (finishedAt === null) return readBoards(db, sweepId, query);
	const kept = keptFor(db);
	const { batchSize, eta, lambda, device, minSeeds, accuracy } = query;
	const byTime = query.rankBy === 'epochSeconds';
	const key = JSON.stringify([sweepId, finishedAt, byTime, accuracy, batchSize, eta, lambda, device, minSeeds]);
	const known = kept.get(key);
	if (known !== undefined) return known;
	const boards = await readBoards(db, sweepId, query);
	kept.set(key, boards);
	return boards;
}

function keptFor(db: Db): Kept {
	const known = keptOf.get(db);
	if (known !== undefined) return known;
	const made: Kept = new LRUCache({
		maxSize: keptBytes,
		sizeCalculation: (boards) => 1 + boards.reduce((sum, { succeeded }) => sum + succeeded.length * 40, 0),
	});
	keptOf.set(db, made);
	return made;
}
