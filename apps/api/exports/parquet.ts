import type { ByteWriter, SchemaElement } from 'hyparquet-writer';
import type { Cell, Column, Table } from './columns.ts';

/** Of a row group: all that is held in memory. Readers prefer more, but encoding one stops the process for its time. */
export const groupRows = 20_000;

/** Parquet with Snappy. Every column may be null: what is unknown or not finite is. */
export async function* encodeParquet<Row>(
	{ columns }: Table<Row>,
	pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<Uint8Array> {
	// Loaded when first asked for: a function that serves other requests starts without it.
	const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
	const bytes = new ByteWriter();
	const file = new ParquetWriter({ writer: bytes, schema: schemaOf(columns), createdBy: 'basin' });
	let group: Cell[][] = columns.map(() => []);
	const writeGroup = () => {
		const columnData = columns.map(({ name }, i) => ({ name, data: group[i]!, offsetIndex: false }));
		file.write({ columnData, rowGroupSize: groupRows });
		group = columns.map(() => []);
		return taken(bytes);
	};
	for await (const rows of pages) {
		for (const row of rows) {
			for (let i = 0; i < columns.length; i++) group[i]!.push(parquetCell(columns[i]!, row) as Cell);
			if (group[0]!.length === groupRows) yield writeGroup();
		}
	}
	if (group[0]!.length > 0) yield writeGroup();
	file.finish();
	yield taken(bytes);
}

/** What has been written since the last time. */
function taken(bytes: ByteWriter): Uint8Array {
	const chunk = bytes.getBytes().slice();
	bytes.index = 0;
	return chunk;
}

function schemaOf<Row>(columns: readonly Column<Row>[]): SchemaElement[] {
	const leaves = columns.map(({ name, type }) => ({ name, repetition_type: 'OPTIONAL' as const, ...elements[type] }));
	return [{ name: 'root', num_children: columns.length }, ...leaves];
}

const elements = {
	text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
	integer: { type: 'INT64' },
	number: { type: 'DOUBLE' },
	boolean: { type: 'BOOLEAN' },
	time: {
		type: 'INT64',
		converted_type: 'TIMESTAMP_MILLIS',
		logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
	},
} as const satisfies Record<Column<unknown>['type'], Partial<SchemaElement>>;

function parquetCell<Row>({ type, read }: Column<Row>, row: Row): Cell | bigint | Date {
	const cell = read(row);
	if (cell === null || cell === undefined) return null;
	switch (type) {
		case 'integer':
			return BigInt(cell);
		case 'number':
			return Number.isFinite(cell) ? cell : null;
		case 'time':
			return new Date(cell as string);
		default:
			return cell;
	}
}
