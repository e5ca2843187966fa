import { RankBy } from '@basin/core/contracts/api.ts';
import { useMemo } from 'react';
import { useAddress } from '../shell/use-address.ts';

/** What a board is ranked by; the target is a validation accuracy, and there only for `secondsToTarget`. */
export type Ranking = { rankBy: RankBy; target?: number };

const usualTarget = 0.95;

/** The ranking that an address holds; what cannot be read is the usual one. */
export function readRanking(params: URLSearchParams): Ranking {
	const rankBy = RankBy.catch('valAccuracy').parse(params.get('rank'));
	if (rankBy !== 'secondsToTarget') return { rankBy };
	const target = Number(params.get('target') ?? usualTarget);
	return { rankBy, target: target >= 0 && target <= 1 ? target : usualTarget };
}

export function writeRanking(params: URLSearchParams, { rankBy, target }: Ranking): URLSearchParams {
	const next = new URLSearchParams(params);
	if (rankBy === 'valAccuracy') next.delete('rank');
	else next.set('rank', rankBy);
	if (rankBy !== 'secondsToTarget' || target === undefined) next.delete('target');
	else next.set('target', String(target));
	return next;
}

/** The ranking of this page's address, the same object until it changes. */
export function useRanking() {
	const { params, change } = useAddress();
	const ranking = useMemo(() => readRanking(params), [params]);
	return { ranking, setRanking: (value: Ranking) => change((next) => writeRanking(next, value)) };
}
