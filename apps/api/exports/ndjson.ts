import type { Table } from './columns.ts';

const encoder = new TextEncoder();

/** A line of JSON for each row, as the API's own answers have it; what is unknown or not finite is null. */
export async function* encodeNdjson<Row>(
	_table: Table<Row>,
	pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<Uint8Array> {
	for await (const rows of pages) yield encoder.encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
