import { useCallback } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { type ChangeParams, createAddressChanges } from './address-changes.ts';

const changeAddress = createAddressChanges(() => window.location.search);

/** A value, or what to make of the one that the address has by then. */
type ParamValue = string | null | ((now: string | null) => string | null);

/** The query of the address, which holds what a page shows, so that a link shows the same. */
export function useAddress() {
	const [params] = useSearchParams();
	const navigate = useNavigate();
	const change = useCallback(
		(next: ChangeParams) =>
			void changeAddress(next, (search) => navigate(search, { replace: true, preventScrollReset: true })),
		[navigate],
	);
	const setParam = useCallback(
		(name: string, value: ParamValue) =>
			change((next) => {
				const set = typeof value === 'function' ? value(next.get(name)) : value;
				if (set === null || set === '') next.delete(name);
				else next.set(name, set);
				return next;
			}),
		[change],
	);
	return { params, change, setParam };
}
