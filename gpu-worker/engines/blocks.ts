/**
 * How many rows of a batch to compute at a time: the fewest blocks of at most `limit`, about equal, whose gradients are then summed.
 * Each is a multiple of `together`, the rows that depend on each other, and so may be larger than the limit; the last may be smaller.
 */
export function blockRows(batchRows: number, { limit, together }: { limit: number; together: number }): number {
	if (together >= batchRows) return batchRows;
	const equal = Math.ceil(batchRows / Math.ceil(batchRows / limit));
	return Math.min(batchRows, Math.ceil(equal / together) * together);
}
