export type Cell = string | number | boolean | null | undefined;

/** A column of an export; `time` is text in ISO-8601, UTC. */
export type Column<Row> = {
	name: string;
	type: 'text' | 'integer' | 'number' | 'boolean' | 'time';
	read: (row: Row) => Cell;
};

/** A table that can be exported in every format. */
export type Table<Row> = { name: string; columns: readonly Column<Row>[] };

/** Bytes of a file, from pages of rows that are read as the bytes are taken. */
export type Encode = <Row>(table: Table<Row>, pages: AsyncIterable<readonly Row[]>) => AsyncGenerator<Uint8Array>;
