import assert from 'node:assert/strict';
import { it } from 'node:test';
import { zipSync } from 'fflate';
import type { DatasetFormat } from '../../../contracts/datasets.ts';
import type { CheckedDataset, CheckOptions } from '../examples.ts';
import { type DatasetFile, readDataset } from '../read-dataset.ts';

const maxBytes = 8 * 1024 * 1024;
export const text = (content: string) => new TextEncoder().encode(content);

/** Reads files as an upload is read, within 8 MiB. */
export function read(format: DatasetFormat, files: DatasetFile[], options: Partial<CheckOptions> = {}): CheckedDataset {
	return readDataset({ format, files, maxBytes, options: { testFraction: 0.2, ...options } });
}

type Numbers = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array;
/** NumPy’s name of a type. */
const descr = (values: Numbers) => {
	if (values instanceof Uint8Array) return '|u1';
	if (values instanceof Int32Array) return '<i4';
	if (values instanceof BigInt64Array) return '<i8';
	return values instanceof Float32Array ? '<f4' : '<f8';
};

/** As NumPy writes it: the header padded with spaces to a multiple of 64 bytes. */
export function npy(shape: readonly number[], values: Numbers, header?: string): Uint8Array {
	const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
	const words = header ?? `{'descr': '${descr(values)}', 'fortran_order': False, 'shape': ${tuple}, }`;
	const padded = `${words}${' '.repeat(63 - ((words.length + 10) % 64))}\n`;
	const start = Buffer.from([0x93, ...text('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]);
	return Buffer.concat([start, text(padded), new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
}

/** A zip of arrays, named as NumPy names them. */
export function npz(arrays: Record<string, Uint8Array>, level: 0 | 6 = 6): Uint8Array {
	return zipSync(Object.fromEntries(Object.entries(arrays).map(([name, content]) => [`${name}.npy`, content])), {
		level,
	});
}

/** IDX of bytes: a magic number, the sizes, the numbers. */
export function idx(shape: readonly number[], values: Uint8Array): Uint8Array {
	const header = Buffer.alloc(4 + 4 * shape.length);
	header.set([0, 0, 8, shape.length]);
	for (const [axis, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * axis);
	return Buffer.concat([header, values]);
}

/** The data set that most cases damage: five examples of two numbers in two classes. */
export const x = npy(
	[5, 2],
	Float32Array.from({ length: 10 }, (_, i) => i),
);
export const y = npy([5], Uint8Array.of(0, 1, 0, 1, 1));
export const named = (arrays: Record<string, Uint8Array>): DatasetFile[] => [{ name: 'd.npz', bytes: npz(arrays) }];
export const csv = (...lines: string[]): DatasetFile[] => [{ name: 'd.csv', bytes: text(lines.join('\n')) }];
/** Numbers that pack into almost nothing. */
export const bomb = npy([50_000_000], new Uint8Array(50_000_000));

/** Registers a test for each: the files are refused with one sentence. */
export function testRefusals(
	format: DatasetFormat,
	cases: readonly [name: string, files: DatasetFile[], message: RegExp][],
): void {
	for (const [name, files, message] of cases) {
		it(`${format}: ${name} is refused with one sentence`, () => {
			assert.throws(() => read(format, files), { name: 'BasinError', code: 'invalid_dataset', message });
		});
	}
}
