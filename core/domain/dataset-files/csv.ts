import { CsvError, parse } from 'csv-parse/sync';
import type { NumberArray } from './number-array.ts';
import { mebibytes, refusal } from './refusal.ts';

/** What the column of the true class may be called; the first that there is counts, so that x and y may be coordinates. */
const labelNames = ['label', 'class', 'target', 'y'];

/** A table: numbers in columns, and the true class of each row, as a number or a word. */
export interface Table {
	file: string;
	columns: readonly string[];
	inputs: NumberArray;
	/** As they are written; `resolveClasses` makes numbers of them. */
	classes: readonly string[];
}

/**
 * Reads comma-separated values (RFC 4180, UTF-8). The first line names the columns, one of which is `label` (or `class`,
 * `target`, `y`); all others are finite numbers.
 * @param maxBytes what the numbers may take as float32
 * @throws BasinError `invalid_dataset`
 */
export function parseCsv(bytes: Uint8Array, file: string, maxBytes: number): Table {
	let columns: string[] | null = null;
	let labelColumn = -1;
	const classes: string[] = [];
	let values = new Float32Array(1024);
	let used = 0;
	const takeRow = (cells: string[], line: number) => {
		const width = columns!.length;
		if (cells.length !== width) {
			throw refusal(`Line ${line} of ${file} has ${cells.length} values, but ${width} columns are named.`);
		}
		if ((used + width) * 4 > maxBytes) {
			throw refusal(`The numbers of ${file} take more than ${mebibytes(maxBytes)}, which is the most that is taken.`);
		}
		if (used + width > values.length) values = grown(values, used + width);
		for (const [index, cell] of cells.entries()) {
			if (index === labelColumn) classes.push(cell.trim());
			else values[used++] = numberOf(cell, () => `${columns![index]} in line ${line} of ${file}`);
		}
	};
	try {
		parse(bytes, {
			bom: true,
			skip_empty_lines: true,
			relax_column_count: true,
			on_record: (cells: string[], { lines }) => {
				if (columns === null) {
					columns = cells.map((cell) => cell.trim());
					labelColumn = findLabelColumn(columns, file);
				} else takeRow(cells, lines);
				return null;
			},
		});
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		throw refusal(`${file} is not a CSV file: ${error.message.replace(/\.$/, '')}.`);
	}
	if (columns === null || classes.length === 0) throw refusal(`${file} holds no rows.`);
	const width = (columns as string[]).length - 1;
	const inputs = { label: file, shape: [classes.length, width], values: values.subarray(0, used) };
	return { file, columns, inputs, classes };
}

/**
 * The class of every row as a number: whole numbers stay as they are, words are numbered in alphabetical order over all tables.
 * @throws BasinError `invalid_dataset`
 */
export function resolveClasses(tables: readonly Table[]): NumberArray[] {
	const isNumbered = tables.every(({ classes }) => classes.every((word) => /^\d+(\.0+)?$/.test(word)));
	const words = isNumbered ? [] : [...new Set(tables.flatMap(({ classes }) => classes))].sort();
	if (words.includes('')) throw refusal(`${tables[0]!.file} has a row without a class.`);
	const numbers = new Map(words.map((word, index) => [word, index]));
	return tables.map(({ file, classes }) => ({
		label: `the classes of ${file}`,
		shape: [classes.length],
		values: Float64Array.from(classes, (word) => numbers.get(word) ?? Number(word)),
	}));
}

function findLabelColumn(columns: readonly string[], file: string): number {
	if (columns.every((column) => column !== '' && Number.isFinite(Number(column)))) {
		throw refusal(`The first line of ${file} must name the columns, but it holds numbers.`);
	}
	const lower = columns.map((column) => column.toLowerCase());
	const name = labelNames.find((candidate) => lower.includes(candidate));
	if (name === undefined) {
		throw refusal(`${file} must have a column named "label" (or "class", "target" or "y") with the class of each row.`);
	}
	if (lower.indexOf(name) !== lower.lastIndexOf(name)) throw refusal(`${file} has two columns named "${name}".`);
	if (columns.length === 1) throw refusal(`${file} has classes, but no column of numbers.`);
	return lower.indexOf(name);
}

function numberOf(cell: string, place: () => string): number {
	const number = cell.trim() === '' ? Number.NaN : Number(cell);
	if (!Number.isFinite(number)) throw refusal(`${place()} must be a finite number, but is "${cell.slice(0, 40)}".`);
	return number;
}

function grown(values: Float32Array, atLeast: number): Float32Array<ArrayBuffer> {
	const larger = new Float32Array(Math.max(atLeast, values.length * 2));
	larger.set(values);
	return larger;
}
