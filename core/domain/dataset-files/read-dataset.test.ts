import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { DatasetFormat } from '../../contracts/datasets.ts';
import type { CheckedDataset, Examples } from './examples.ts';
import type { DatasetFile } from './read-dataset.ts';
import { encodeSafetensors } from './safetensors.ts';
import { decodeDataset, encodeDataset } from './stored-dataset.ts';
import { csv, idx, named, npy, npz, read, text, x, y } from './testing/files.ts';

const bytesArray = (count: number, width: number) =>
	fc.uint8Array({ minLength: count * width, maxLength: count * width }).map((values) => values.slice());
const floatsArray = (count: number, width: number) =>
	fc
		.float32Array({ minLength: count * width, maxLength: count * width, noNaN: true, noDefaultInfinity: true })
		.map((values) => values.slice());
/** At least two classes, and the last class in the first example, so that a test part has no other. */
const labelsArray = (count: number) =>
	fc.tuple(fc.integer({ min: 1, max: 9 }), fc.infiniteStream(fc.nat(9))).map(([last, stream]) => {
		const labels = Uint8Array.from({ length: count }, () => stream.next().value! % (last + 1));
		labels[0] = last;
		return labels;
	});

const dimensions = fc.record({
	train: fc.integer({ min: 1, max: 12 }),
	test: fc.integer({ min: 1, max: 6 }),
	height: fc.integer({ min: 1, max: 4 }),
	width: fc.integer({ min: 1, max: 4 }),
});

const datasets = (numbers: typeof bytesArray | typeof floatsArray) =>
	dimensions.chain(({ train, test, height, width }) =>
		fc.record({
			shape: fc.constant([height, width]),
			x: numbers(train, height * width) as fc.Arbitrary<Uint8Array | Float32Array>,
			y: labelsArray(train),
			xTest: numbers(test, height * width) as fc.Arbitrary<Uint8Array | Float32Array>,
			yTest: fc.constant(new Uint8Array(test)),
		}),
	);
type Sample = typeof datasets extends (...args: never[]) => fc.Arbitrary<infer T> ? T : never;

function assertSame(read: CheckedDataset, { shape, x, y, xTest, yTest }: Sample): void {
	const part = (values: Examples['values'], labels: Uint8Array) => ({ values, labels, count: labels.length });
	assert.deepEqual(read.inputShape, [...shape, 1]);
	assert.equal(read.classes, Math.max(...y) + 1);
	assert.deepEqual(plain(read.train), part(x, y));
	assert.deepEqual(plain(read.test), part(xTest, yTest));
}

/** Typed arrays alone: a view of a Node Buffer would not compare equal. */
function plain({ values, labels, count }: Examples): Examples {
	const own = values instanceof Uint8Array ? Uint8Array.from(values) : Float32Array.from(values);
	return { values: own, labels: Uint8Array.from(labels), count };
}

describe('what is written in a format is read back, number for number', () => {
	const both = fc.oneof(datasets(bytesArray), datasets(floatsArray));

	it('npz, stored and compressed, with labels of any integer type', () => {
		fc.assert(
			fc.property(both, fc.constantFrom(0 as const, 6 as const), fc.boolean(), (sample, level, wide) => {
				const { shape, x, y, xTest, yTest } = sample;
				const labels = (own: Uint8Array) => (wide ? BigInt64Array.from(own, BigInt) : Int32Array.from(own));
				const file = npz(
					{
						x_train: npy([y.length, ...shape], x),
						y_train: npy([y.length], labels(y)),
						x_test: npy([yTest.length, ...shape], xTest),
						y_test: npy([yTest.length, 1], labels(yTest)),
					},
					level,
				);
				assertSame(read('npz', [{ name: 'data.npz', bytes: file }]), sample);
			}),
		);
	});

	it('safetensors', () => {
		fc.assert(
			fc.property(both, (sample) => {
				const { shape, x, y, xTest, yTest } = sample;
				const arrays = new Map([
					['x_train', { shape: [y.length, ...shape], values: x }],
					['y_train', { shape: [y.length], values: y }],
					['x_test', { shape: [yTest.length, ...shape], values: xTest }],
					['y_test', { shape: [yTest.length], values: yTest }],
				]);
				assertSame(read('safetensors', [{ name: 'data.safetensors', bytes: encodeSafetensors(arrays, {}) }]), sample);
			}),
		);
	});

	it('idx, as it is and packed, in any order', () => {
		fc.assert(
			fc.property(datasets(bytesArray), fc.boolean(), fc.boolean(), (sample, packed, reversed) => {
				const { shape, x, y, xTest, yTest } = sample;
				const pack = (bytes: Uint8Array) => (packed ? gzipSync(bytes) : bytes);
				const files = [
					{ name: 'train-images', bytes: pack(idx([y.length, ...shape], x as Uint8Array)) },
					{ name: 'train-labels', bytes: pack(idx([y.length], y)) },
					{ name: 't10k-images', bytes: pack(idx([yTest.length, ...shape], xTest as Uint8Array)) },
					{ name: 't10k-labels', bytes: pack(idx([yTest.length], yTest)) },
				];
				assertSame(read('idx', reversed ? files.reverse() : files), sample);
			}),
		);
	});

	it('csv, which takes another shape when told', () => {
		fc.assert(
			fc.property(datasets(floatsArray), (sample) => {
				const { shape, x, y, xTest, yTest } = sample;
				const width = shape[0]! * shape[1]!;
				const table = (values: Uint8Array | Float32Array, labels: Uint8Array) => {
					const names = Array.from({ length: width }, (_, column) => `f${column}`);
					const rows = [...labels].map((label, row) => [label, ...values.subarray(row * width, (row + 1) * width)]);
					return text([['Label', ...names], ...rows].map((cells) => cells.map(minus).join(',')).join('\r\n'));
				};
				const files = [
					{ name: 'test.csv', bytes: table(xTest, yTest) },
					{ name: 'train.csv', bytes: table(x, y) },
				];
				assertSame(read('csv', files, { inputShape: [...shape, 1] }), sample);
			}),
		);
	});

	it('the form that is stored', () => {
		fc.assert(
			fc.property(both, fc.double({ min: 1e-6, max: 10, noNaN: true }), (sample, inputScale) => {
				const { shape, x, y, xTest, yTest } = sample;
				const written: CheckedDataset = {
					inputShape: [...shape, 1],
					classes: Math.max(...y) + 1,
					inputScale,
					train: { values: x, labels: y, count: y.length },
					test: { values: xTest, labels: yTest, count: yTest.length },
				};
				const stored = decodeDataset(encodeDataset(written), 'stored');
				assertSame(stored, sample);
				assert.equal(stored.inputScale, inputScale);
			}),
		);
	});
});

/** `String(-0)` is "0". */
const minus = (cell: string | number) => (Object.is(cell, -0) ? '-0' : String(cell));

describe('without a test part', () => {
	it('a part of every class is held out, whatever the order of the file', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(2), { minLength: 30, maxLength: 80 }), (classes) => {
				const y = Uint8Array.from([2, 2, 2, 2, 2, ...classes]);
				const x = Uint8Array.from(y, (_, index) => index);
				const file = npz({ x: npy([y.length, 1], x), y: npy([y.length], y) });
				const { train, test } = read('npz', [{ name: 'd.npz', bytes: file }]);
				assert.deepEqual(
					[...train.values, ...test.values].sort((a, b) => a - b),
					[...x],
				);
				for (const label of [0, 1, 2]) {
					const all = y.filter((own) => own === label).length;
					assert.equal(test.labels.filter((own) => own === label).length, Math.floor(all * 0.2 + 1e-9));
				}
				for (const { values, labels } of [train, test]) {
					for (const [place, index] of values.entries()) assert.equal(labels[place], y[index]);
				}
			}),
		);
	});

	it('words are classes in alphabetical order', () => {
		const rows = ['a,class', '1,setosa', '2,virginica', '3,setosa', '4,setosa', '5,setosa', '6,setosa', '7,setosa'];
		const { classes, train, inputShape } = read('csv', [{ name: 'iris.csv', bytes: text(rows.join('\n')) }]);
		assert.deepEqual([classes, inputShape, [...train.labels]], [2, [1], [0, 1, 0, 0, 0, 0]]);
	});
});

it('bytes at random, and a good file with bytes changed, end in a data set or one sentence, never in another error', () => {
	const arrays = named({
		x_train: x,
		y_train: y,
		x_test: npy([1, 2], new Float32Array(2)),
		y_test: npy([1], new Uint8Array(1)),
	});
	const good: [DatasetFormat, DatasetFile[]][] = [
		['npz', arrays],
		['safetensors', [{ name: 's', bytes: encodeDataset(read('npz', arrays)) }]],
		['csv', csv('a,label', '1,0', '2,1', '3,0', '4,1', '5,0', '6,1', '7,0', '8,1', '9,0', '1,1')],
		[
			'idx',
			[
				{ name: 'images', bytes: idx([10, 2], new Uint8Array(20)) },
				{ name: 'labels', bytes: idx([10], Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 1)) },
			],
		],
	];
	const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
	fc.assert(
		fc.property(fc.constantFrom(...good), changes, fc.nat(), ([format, files], edits, cut) => {
			const damaged = files.map(({ name, bytes }) => {
				const own = Uint8Array.from(bytes);
				for (const [at, byte] of edits) own[at % own.length] = byte;
				return { name, bytes: own.subarray(0, own.length - (cut % 3)) };
			});
			try {
				read(format, damaged);
			} catch (error) {
				assert.equal((error as { code?: string }).code, 'invalid_dataset', String((error as Error).stack));
			}
		}),
		{ numRuns: 2000 },
	);
});
