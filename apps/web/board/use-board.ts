import type { LeaderboardEntry, Sweep } from '@basin/client';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { boardQuery } from '../api/queries.ts';
import { useAddress } from '../shell/use-address.ts';
import { type BoardFilter, filterBoard, keyOf, readFilter, writeFilter } from './board-filter.ts';
import { useRanking } from './ranking.ts';

/** Curves and columns beside each other stay readable up to here. */
export const selectedAtMost = 10;

export type Board = ReturnType<typeof useBoard>;

/** The ranking of a sweep with the filter and the selection of the address. `poll`: no events tell of changes. */
export function useBoard(sweep: Sweep, poll: boolean) {
	const { params, change } = useAddress();
	const { ranking, setRanking } = useRanking();
	const query = useQuery(boardQuery(sweep.id, ranking, poll));
	const filter = useMemo(() => readFilter(params), [params]);
	const entries = query.data ?? none;
	const shown = useMemo(() => filterBoard(entries, filter), [entries, filter]);
	const picked = params.get('sel') ?? '';
	const selection = useMemo(() => new Set(picked === '' ? [] : picked.split(',')), [picked]);
	const setFilter = useCallback(
		(changes: Partial<BoardFilter>) => change((next) => writeFilter(next, { ...readFilter(next), ...changes })),
		[change],
	);
	const toggle = useCallback(
		(entry: LeaderboardEntry) =>
			change((next) => {
				const keys = new Set(next.get('sel')?.split(',').filter(Boolean) ?? []);
				if (!keys.delete(keyOf(entry)) && keys.size < selectedAtMost) keys.add(keyOf(entry));
				if (keys.size === 0) next.delete('sel');
				else next.set('sel', [...keys].join(','));
				return next;
			}),
		[change],
	);
	return {
		query,
		ranking,
		setRanking,
		/** Every row, in the order of the ranking. */
		entries,
		/** Those that pass the filter. */
		shown,
		filter,
		setFilter,
		selection,
		toggle,
	};
}

const none: LeaderboardEntry[] = [];

/** The selected rows, in the order of the ranking. */
export function selectedRows({ entries, selection }: Pick<Board, 'entries' | 'selection'>): LeaderboardEntry[] {
	return entries.filter((entry) => selection.has(keyOf(entry)));
}
