export type ChangeParams = (params: URLSearchParams) => URLSearchParams;

/**
 * Changes of an address's query, one after the other. Each begins with what the one before wrote, also when that is not
 * yet in the address or not yet rendered: a slow render of ten thousand rows would else undo it.
 * @param read the query that the address has now
 */
export function createAddressChanges(read: () => string) {
	let written: string | null = null;
	/** `go` sets the query; its promise ends when the address has it, or another took its place. */
	return async (change: ChangeParams, go: (search: string) => void | Promise<void>): Promise<void> => {
		const mine = change(new URLSearchParams(written ?? read())).toString();
		written = mine;
		try {
			await go(`?${mine}`);
		} finally {
			if (written === mine) written = null;
		}
	};
}
