import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** The query of the address, which holds what a page shows, so that a link shows the same. */
export function useAddress() {
	const [params, setParams] = useSearchParams();
	const change = useCallback(
		(next: (params: URLSearchParams) => URLSearchParams) =>
			setParams((now) => next(new URLSearchParams(now)), { replace: true, preventScrollReset: true }),
		[setParams],
	);
	const setParam = useCallback(
		(name: string, value: string | null) =>
			change((next) => {
				if (value === null || value === '') next.delete(name);
				else next.set(name, value);
				return next;
			}),
		[change],
	);
	return { params, change, setParam };
}
