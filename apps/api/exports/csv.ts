import type { Cell, Column, Table } from './columns.ts';

const encoder = new TextEncoder();

/**
 * RFC 4180: a header line, CRLF, an empty cell for what is unknown or not finite. Numbers are the shortest decimals that read back
 * as the same double.
 */
export async function* encodeCsv<Row>(
	{ columns }: Table<Row>,
	pages: AsyncIterable<readonly Row[]>,
): AsyncGenerator<Uint8Array> {
	let header = `${columns.map(({ name }) => name).join(',')}\r\n`;
	for await (const rows of pages) {
		yield encoder.encode(header + rows.map((row) => csvLine(columns, row)).join(''));
		header = '';
	}
	if (header !== '') yield encoder.encode(header);
}

function csvLine<Row>(columns: readonly Column<Row>[], row: Row): string {
	let line = '';
	let comma = '';
	for (const { read } of columns) {
		line += comma + csvCell(read(row));
		comma = ',';
	}
	return `${line}\r\n`;
}

/** Text that needs more than to be written down: quotes, or an apostrophe in front. */
const special = /^[=+\-@\t\r\n＝＋－＠]|[",\r\n]/;
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/** Text that a spreadsheet would run as a formula (OWASP, CSV injection) gets an apostrophe in front. */
function csvCell(cell: Cell): string {
	if (cell === null || cell === undefined) return '';
	if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
	if (typeof cell === 'boolean') return String(cell);
	if (!special.test(cell)) return cell;
	const inert = formula.test(cell) ? `'${cell}` : cell;
	return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
