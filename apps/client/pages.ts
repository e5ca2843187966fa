export type Page<T> = { items: T[]; nextCursor: string | null };

/** Follows `nextCursor` to the end; each page is asked for only when the one before is used up. */
export async function* eachOf<T>(
	list: (cursor: string | undefined) => Promise<Page<T>>,
	start: string | undefined,
): AsyncGenerator<T> {
	let cursor = start;
	do {
		const page = await list(cursor);
		yield* page.items;
		cursor = page.nextCursor ?? undefined;
	} while (cursor !== undefined);
}

/** The first `limit` items; asks for no page beyond them. */
export async function take<T>(items: AsyncIterable<T>, limit: number): Promise<T[]> {
	const taken: T[] = [];
	if (limit <= 0) return taken;
	for await (const item of items) {
		taken.push(item);
		if (taken.length >= limit) break;
	}
	return taken;
}
