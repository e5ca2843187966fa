import assert from 'node:assert/strict';
import { buffer, text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import type { Encode, Table } from './columns.ts';
import { encodeCsv } from './csv.ts';
import { encodeNdjson } from './ndjson.ts';
import { encodeParquet, groupRows } from './parquet.ts';
import { inPages } from './respond.ts';

type Row = { number: number | null; text: string | null; at: string };

const table: Table<Row> = {
	name: 'sample',
	columns: [
		{ name: 'number', type: 'number', read: (row) => row.number },
		{ name: 'text', type: 'text', read: (row) => row.text },
		{ name: 'at', type: 'time', read: (row) => row.at },
	],
};
const at = '2026-01-31T12:00:00.123Z';
const numbered = (numbers: number[]): Row[] => numbers.map((number) => ({ number, text: 'a', at }));

const bytesOf = async (encode: Encode, rows: Row[]) => {
	const whole = await buffer(encode(table, inPages(rows)));
	return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength) as ArrayBuffer;
};
const csvOf = (rows: Row[]) => text(encodeCsv(table, inPages(rows)));
const linesOf = async (rows: Row[]) => (await csvOf(rows)).split('\r\n').slice(1, -1);
const parquetOf = async (rows: Row[]) =>
	(await parquetReadObjects({ file: await bytesOf(encodeParquet, rows) })) as Row[];

describe('an export', () => {
	it('brings every double back bit for bit, in every format', async () => {
		const doubles = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 200 });
		await fc.assert(
			fc.asyncProperty(doubles, async (numbers) => {
				// JSON and decimals know no negative zero.
				const rows = numbered(numbers.map((number) => number + 0));
				const expected = rows.map(({ number }) => number);
				assert.deepEqual(
					(await linesOf(rows)).map((line) => Number(line.split(',')[0])),
					expected,
				);
				const ndjson = await text(encodeNdjson(table, inPages(rows)));
				const lines = ndjson.trimEnd().split('\n');
				assert.deepEqual(
					lines.map((line) => (JSON.parse(line) as Row).number),
					expected,
				);
				assert.deepEqual(
					(await parquetOf(rows)).map(({ number }) => number),
					expected,
				);
			}),
			{ numRuns: 50 },
		);
	});

	it('says of a number that is not finite that it is unknown: an empty cell, or null', async () => {
		const rows = numbered([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
		assert.deepEqual(await linesOf(rows), Array(3).fill(`,a,${at}`));
		for (const line of (await text(encodeNdjson(table, inPages(rows)))).trimEnd().split('\n')) {
			assert.deepEqual(JSON.parse(line), { number: null, text: 'a', at });
		}
		assert.deepEqual(
			(await parquetOf(rows)).map(({ number }) => number),
			[null, null, null],
		);
	});

	it('keeps text as it is, but a spreadsheet would run none of it', async () => {
		const texts = [
			'=1+1',
			'+1',
			'-1',
			'@SUM(A1)',
			'\t=1',
			'\r=1',
			'\n=1',
			'＝1',
			'a,b',
			'say "no"',
			'two\nlines',
			'plain η',
		];
		const rows = texts.map((words) => ({ number: 1, text: words, at }));
		const quoted = (words: string) => `1,"${words.replaceAll('"', '""')}",${at}\r\n`;
		assert.equal(
			await csvOf(rows),
			[
				'number,text,at\r\n',
				...["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1"].map((words) => `1,${words},${at}\r\n`),
				...["'\r=1", "'\n=1"].map(quoted),
				`1,'＝1,${at}\r\n`,
				...['a,b', 'say "no"', 'two\nlines'].map(quoted),
				`1,plain η,${at}\r\n`,
			].join(''),
		);
		assert.deepEqual(
			(await parquetOf(rows)).map((row) => row.text),
			texts,
		);
	});

	it('without rows is a whole file all the same', async () => {
		assert.equal(await csvOf([]), 'number,text,at\r\n');
		assert.equal(await text(encodeNdjson(table, inPages([]))), '');
		assert.deepEqual(await parquetOf([]), []);
	});

	it('has times as instants in Parquet, and its rows in groups', async () => {
		const file = await bytesOf(encodeParquet, numbered(Array.from({ length: groupRows + 1 }, (_, i) => i)));
		const { row_groups, num_rows } = parquetMetadata(file);
		assert.deepEqual(
			row_groups.map((group) => Number(group.num_rows)),
			[groupRows, 1],
		);
		assert.equal(Number(num_rows), groupRows + 1);
		const [row] = (await parquetReadObjects({ file, rowEnd: 1 })) as { at: unknown }[];
		assert.deepEqual(row!.at, new Date(at));
	});

	for (const [name, encode, rowsAtOnce] of [
		['CSV', encodeCsv, 1_000],
		['NDJSON', encodeNdjson, 1_000],
		['Parquet', encodeParquet, groupRows],
	] as const) {
		it(`holds ${rowsAtOnce} rows at most, however many there are (${name})`, async () => {
			const page = numbered(Array.from({ length: 1_000 }, (_, i) => i / 7));
			let read = 0;
			async function* endless() {
				for (;;) {
					read += page.length;
					yield page;
				}
			}
			let given = 0;
			let largest = 0;
			for await (const chunk of encode(table, endless())) {
				given += rowsAtOnce;
				largest = Math.max(largest, chunk.length);
				assert.ok(read <= given, `${read} rows were read for chunks of ${given}`);
				if (given >= 10 * rowsAtOnce) break;
			}
			assert.ok(largest < 80 * rowsAtOnce, `a chunk has ${largest} bytes`);
		});
	}
});
