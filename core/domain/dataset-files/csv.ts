import { CsvError, parse } from 'csv-parse/sync';
import { maxExamples } from './examples.ts';
import type { NumberArray } from './number-array.ts';
import { mebibytes, refusal } from './refusal.ts';

/** What the column of the true class may be called; the first that there is counts, so that x and y may be coordinates. */
const labelNames = ['label', 'class', 'target', 'y'];

/** A line that is longer is a quote that was never closed; more classes than a byte counts are refused later, with their number. */
const maxLineBytes = 4 * 1024 * 1024;
const maxWords = 1000;

/** A table: numbers in columns, and the true class of each row, as a number or a word. */
export interface Table {
	file: string;
	columns: readonly string[];
	inputs: NumberArray;
	/** The class of each row, as an index of `words`; `resolveClasses` makes the same numbers of them for all tables. */
	classes: Uint16Array;
	/** The different classes as they are written. */
	words: readonly string[];
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
	const words = new Map<string, number>();
	let classes = new Uint16Array(1024);
	let rows = 0;
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
		if (rows === maxExamples)
			throw refusal(`${file} has more than ${maxExamples} rows, which is the most that is taken.`);
		if (used + width > values.length) values = grown(new Float32Array(Math.max(used + width, 2 * used)), values);
		if (rows === classes.length) classes = grown(new Uint16Array(2 * rows), classes);
		for (const [index, cell] of cells.entries()) {
			if (index === labelColumn) classes[rows] = indexOf(words, cell.trim(), file);
			else values[used++] = numberOf(cell, () => `${columns![index]} in line ${line} of ${file}`);
		}
		rows++;
	};
	try {
		parse(bytes, {
			bom: true,
			skip_empty_lines: true,
			relax_column_count: true,
			max_record_size: maxLineBytes,
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
	if (columns === null || rows === 0) throw refusal(`${file} holds no rows.`);
	const width = (columns as string[]).length - 1;
	const inputs = { label: file, shape: [rows, width], values: values.subarray(0, used) };
	return { file, columns, inputs, classes: classes.subarray(0, rows), words: [...words.keys()] };
}

/**
 * The class of every row as a number: whole numbers stay as they are, words are numbered in alphabetical order over all tables.
 * @throws BasinError `invalid_dataset`
 */
export function resolveClasses(tables: readonly Table[]): NumberArray[] {
	const isNumbered = tables.every(({ words }) => words.every((word) => /^\d+(\.0+)?$/.test(word)));
	const inOrder = isNumbered ? [] : [...new Set(tables.flatMap(({ words }) => words))].sort();
	if (inOrder.includes('')) throw refusal(`${tables[0]!.file} has a row without a class.`);
	return tables.map(({ file, classes, words }) => {
		const numbers = words.map((word) => (isNumbered ? Number(word) : inOrder.indexOf(word)));
		return {
			label: `the classes of ${file}`,
			shape: [classes.length],
			values: Float64Array.from(classes, (index) => numbers[index]!),
		};
	});
}

function indexOf(words: Map<string, number>, word: string, file: string): number {
	const known = words.get(word);
	if (known !== undefined) return known;
	if (words.size === maxWords) throw refusal(`${file} has more than ${maxWords} different classes.`);
	words.set(word, words.size);
	return words.size - 1;
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

function grown<T extends Float32Array | Uint16Array>(larger: T, values: T): T {
	larger.set(values);
	return larger;
}
