import Table from 'cli-table3';
import { printable } from './format.ts';

export type Column = { head: string; align?: 'left' | 'right'; width?: number };

const noBorders = {
	top: '',
	'top-mid': '',
	'top-left': '',
	'top-right': '',
	bottom: '',
	'bottom-mid': '',
	'bottom-left': '',
	'bottom-right': '',
	left: '',
	'left-mid': '',
	mid: '',
	'mid-mid': '',
	right: '',
	'right-mid': '',
	middle: '  ',
};

/** Aligned columns without borders, so that a person can read them and `awk` can split them. Two lines at least: head and rows. */
export function renderTable(columns: Column[], rows: string[][]): string {
	const table = new Table({
		head: columns.map((column) => column.head),
		colAligns: columns.map((column) => column.align ?? 'left'),
		chars: noBorders,
		style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
	});
	for (const row of rows) table.push(row.map(printable));
	return table
		.toString()
		.split('\n')
		.map((line) => line.trimEnd())
		.join('\n');
}

/** `name  value` lines with the values aligned; rows without a value are left out. */
export function renderFields(fields: [name: string, value: string | null | undefined][]): string {
	const present = fields.filter((field): field is [string, string] => field[1] != null && field[1] !== '');
	const width = Math.max(...present.map(([name]) => name.length));
	return present.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`).join('\n');
}
