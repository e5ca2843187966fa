const pageSize = 200;

/**
 * Calls `act` for every row, a page at a time in the order of ids, each in a transaction of its own. What a page saw may
 * have changed by then: `act` must check again in the statement that writes.
 */
export async function forEachPage<T extends { id: string }>(
	read: (afterId: string, limit: number) => PromiseLike<readonly T[]>,
	act: (row: T) => Promise<void>,
): Promise<void> {
	for (let afterId = '', full = true; full; ) {
		const rows = await read(afterId, pageSize);
		for (const row of rows) await act(row);
		afterId = rows.at(-1)?.id ?? afterId;
		full = rows.length === pageSize;
	}
}
