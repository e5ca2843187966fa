import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import type { DatasetFormat } from '../../contracts/datasets.ts';
import type { CheckedDataset, CheckOptions, Examples } from './examples.ts';
import { type DatasetFile, readDataset } from './read-dataset.ts';
import { encodeSafetensors } from './safetensors.ts';
import { decodeDataset, encodeDataset } from './stored-dataset.ts';

const maxBytes = 8 * 1024 * 1024;
const text = (content: string) => new TextEncoder().encode(content);

function read(format: DatasetFormat, files: DatasetFile[], options: Partial<CheckOptions> = {}): CheckedDataset {
	return readDataset({ format, files, maxBytes, options: { testFraction: 0.2, ...options } });
}

type Numbers = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array;
const descr = (values: Numbers) => {
	if (values instanceof Uint8Array) return '|u1';
	if (values instanceof Int32Array) return '<i4';
	if (values instanceof BigInt64Array) return '<i8';
	return values instanceof Float32Array ? '<f4' : '<f8';
};

/** As NumPy writes it: the header padded with spaces to a multiple of 64 bytes. */
function npy(shape: readonly number[], values: Numbers, header?: string): Uint8Array {
	const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
	const words = header ?? `{'descr': '${descr(values)}', 'fortran_order': False, 'shape': ${tuple}, }`;
	const padded = `${words}${' '.repeat(63 - ((words.length + 10) % 64))}\n`;
	const start = Buffer.from([0x93, ...text('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]);
	return Buffer.concat([start, text(padded), new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
}

function npz(arrays: Record<string, Uint8Array>, level: 0 | 6 = 6): Uint8Array {
	return zipSync(Object.fromEntries(Object.entries(arrays).map(([name, content]) => [`${name}.npy`, content])), {
		level,
	});
}

function idx(shape: readonly number[], values: Uint8Array): Uint8Array {
	const header = Buffer.alloc(4 + 4 * shape.length);
	header.set([0, 0, 8, shape.length]);
	for (const [axis, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * axis);
	return Buffer.concat([header, values]);
}

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

const x = npy(
	[5, 2],
	Float32Array.from({ length: 10 }, (_, i) => i),
);
const y = npy([5], Uint8Array.of(0, 1, 0, 1, 1));
const named = (arrays: Record<string, Uint8Array>) => [{ name: 'd.npz', bytes: npz(arrays) }];
const csv = (...lines: string[]) => [{ name: 'd.csv', bytes: text(lines.join('\n')) }];
const images = idx([3, 2, 2], new Uint8Array(12));
const labels = idx([3], Uint8Array.of(0, 1, 1));
const tensors = encodeSafetensors(new Map([['x', { shape: [2, 1], values: Float32Array.of(1, 2) }]]), {});
const bomb0 = npz({ x: npy([5_000_001, 1], new Uint8Array(5_000_001)), y });
const bomb = npy([50_000_000], new Uint8Array(50_000_000));
const nanAt3 = npy([5, 2], Float32Array.of(1, 2, 3, Number.NaN, 5, 6, 7, 8, 9, 10));

const refusals: [string, DatasetFormat, DatasetFile[], RegExp][] = [
	['no zip', 'npz', [{ name: 'd.npz', bytes: text('hello') }], /^d\.npz is not a whole \.npz \(zip\) file: /],
	[
		'a zip that was cut short',
		'npz',
		[{ name: 'd.npz', bytes: npz({ x, y }).subarray(0, 200) }],
		/^d\.npz is not a whole/,
	],
	['other names', 'npz', named({ images: x, labels: y }), /^d\.npz must hold x_train .* but holds images, labels\.$/],
	['inputs without classes', 'npz', named({ x_train: x }), /^d\.npz has x_train, but no y_train\.$/],
	[
		'an array of text',
		'npz',
		named({ x: npy([1], new Uint8Array(4), "{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }"), y }),
		/^x of d\.npz holds U1, which is no type/,
	],
	[
		'pickled objects',
		'npz',
		named({ x: npy([1], new Uint8Array(4), "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"), y }),
		/^x of d\.npz holds O, which/,
	],
	[
		'Fortran order',
		'npz',
		named({ x: npy([2, 2], new Uint8Array(4), "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2), }"), y }),
		/in Fortran order/,
	],
	[
		'big-endian numbers',
		'npz',
		named({ x: npy([1, 1], new Uint8Array(4), "{'descr': '>f4', 'fortran_order': False, 'shape': (1, 1), }"), y }),
		/is big-endian/,
	],
	[
		'an array that was cut short',
		'npz',
		named({ x: x.subarray(0, x.length - 4), y }),
		/^x of d\.npz should have 40 bytes of numbers for \[5, 2\], but has 36\.$/,
	],
	[
		'a shape that no memory holds',
		'npz',
		named({
			x: npy([1], new Uint8Array(4), "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000000), }"),
			y,
		}),
		/should have 8000000000000000000 bytes/,
	],
	['NaN', 'npz', named({ x: nanAt3, y }), /^x of d\.npz has NaN at 3: every number must be finite\.$/],
	[
		'numbers beyond float32',
		'npz',
		named({ x: npy([5, 1], Float64Array.of(1, 1, 1, 1e300, 1)), y }),
		/1e\+300 at 3: every number must be finite as float32/,
	],
	[
		'too few classes for the examples',
		'npz',
		named({ x, y: npy([4], new Uint8Array(4)) }),
		/^y of d\.npz has 4 classes for the 5 examples of x of d\.npz\.$/,
	],
	[
		'a fractional class',
		'npz',
		named({ x, y: npy([5], Float32Array.of(0, 1, 0.5, 1, 1)) }),
		/^y of d\.npz has the class 0\.5 at 2: /,
	],
	[
		'a negative class',
		'npz',
		named({ x, y: npy([5], Int32Array.of(0, 1, 1, -1, 1)) }),
		/^y of d\.npz has the class -1 at 3: /,
	],
	[
		'a class beyond 255',
		'npz',
		named({ x, y: npy([5], Int32Array.of(0, 1, 1, 256, 1)) }),
		/classes are whole numbers from 0 to 255/,
	],
	['one class only', 'npz', named({ x, y: npy([5], new Uint8Array(5)) }), /one class only/],
	['one-hot classes', 'npz', named({ x, y: npy([5, 2], new Uint8Array(10)) }), /One-hot rows become numbers by argmax/],
	['inputs of one dimension', 'npz', named({ x: npy([5], new Uint8Array(5)), y }), /^x of d\.npz is \[5\]: it must be/],
	['no examples', 'npz', named({ x: npy([0, 2], new Uint8Array(0)), y: npy([0], new Uint8Array(0)) }), /holds nothing/],
	[
		'parts of different shape',
		'npz',
		named({ x_train: x, y_train: y, x_test: npy([1, 3], new Uint8Array(3)), y_test: npy([1], new Uint8Array(1)) }),
		/An example is \[2\] in x_train .* but \[3\] in x_test/,
	],
	[
		'a class that only the test part has',
		'npz',
		named({ x_train: x, y_train: y, x_test: npy([1, 2], new Uint8Array(2)), y_test: npy([1], Uint8Array.of(2)) }),
		/has the class 2, which no example of the training part has/,
	],
	['two files', 'npz', [...named({ x, y }), ...named({ x, y })], /is one file, not 2/],
	['a zip bomb', 'npz', named({ x: bomb, y }), /^d\.npz unpacks to more than 8 MiB/],
	[
		'too many files',
		'npz',
		[{ name: 'd.npz', bytes: npz(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, y])), 0) }],
		/^d\.npz holds more than 100 files/,
	],
	['too many examples', 'npz', [{ name: 'd.npz', bytes: bomb0 }], /^x of d\.npz has 5000001 examples; at most 5000000/],
	['no safetensors', 'safetensors', [{ name: 's', bytes: text('hello, world') }], /^s is not a safetensors file/],
	[
		'a header longer than the file',
		'safetensors',
		[{ name: 's', bytes: new Uint8Array(64).fill(255) }],
		/^s is not a safetensors/,
	],
	[
		'tensors that were cut short',
		'safetensors',
		[{ name: 's', bytes: tensors.subarray(0, tensors.length - 1) }],
		/^s was cut short: x ends behind its end/,
	],
	['no header', 'csv', csv('1,2', '3,4'), /^The first line of d\.csv must name the columns, but it holds numbers/],
	['no column of classes', 'csv', csv('a,b', '3,4'), /^d\.csv must have a column named "label"/],
	['two columns of classes', 'csv', csv('a,label,Label', '3,4,5'), /^d\.csv has two columns named "label"/],
	[
		'a word for a number',
		'csv',
		csv('a,label', '3,0', 'n/a,1'),
		/^a in line 3 of d\.csv must be a finite number, but is "n\/a"/,
	],
	['an empty cell', 'csv', csv('a,b,label', '3,,0'), /^b in line 2 of d\.csv must be a finite number, but is ""/],
	['an infinite number', 'csv', csv('a,label', 'Infinity,0'), /must be a finite number, but is "Infinity"/],
	[
		'a row that is too short',
		'csv',
		csv('a,b,label', '1,2,0', '1,0'),
		/^Line 3 of d\.csv has 2 values, but 3 columns are named/,
	],
	['an open quote', 'csv', csv('a,label', '"1,0'), /^d\.csv is not a CSV file: /],
	['no rows', 'csv', csv('a,label'), /^d\.csv holds no rows/],
	['an empty class', 'csv', csv('a,label', '1,x', '2,'), /^d\.csv has a row without a class/],
	[
		'a class for every row',
		'csv',
		csv('a,label', ...Array.from({ length: 1001 }, (_, i) => `1,w${i}`)),
		/^d\.csv has more than 1000 different classes/,
	],
	[
		'a line without end',
		'csv',
		csv('a,label', `"${'1'.repeat(5_000_000)}`),
		/^d\.csv is not a CSV file: Max Record Size/,
	],
	['more numbers than are taken', 'csv', csv('a,label', '1,0\n'.repeat(2_200_000)), /take more than 8 MiB/],
	[
		'no IDX',
		'idx',
		[
			{ name: 'images', bytes: text('PK hello') },
			{ name: 'labels', bytes: labels },
		],
		/^images is not an IDX file/,
	],
	[
		'images that were cut short',
		'idx',
		[
			{ name: 'images', bytes: images.subarray(0, 20) },
			{ name: 'labels', bytes: labels },
		],
		/^images should have 12 bytes for \[3, 2, 2\], but has 4/,
	],
	['images without labels', 'idx', [{ name: 'images', bytes: images }], /^images has no labels beside it/],
	[
		'labels for other images',
		'idx',
		[
			{ name: 'images', bytes: images },
			{ name: 'labels', bytes: idx([2], Uint8Array.of(0, 1)) },
		],
		/^labels has 2 classes for the 3 examples of images/,
	],
	[
		'a gzip file that was cut short',
		'idx',
		[
			{ name: 'images', bytes: gzipSync(images).subarray(0, 20) },
			{ name: 'labels', bytes: labels },
		],
		/^images was cut short/,
	],
	[
		'a gzip bomb',
		'idx',
		[
			{ name: 'images', bytes: gzipSync(bomb) },
			{ name: 'labels', bytes: labels },
		],
		/^images unpacks to more than 8 MiB/,
	],
];
describe('a file that is no data set is refused with one sentence', () => {
	for (const [name, format, files, message] of refusals) {
		it(`${format}: ${name}`, () => {
			assert.throws(() => read(format, files), { name: 'BasinError', code: 'invalid_dataset', message });
		});
	}
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

it('a zip whose directory understates a bomb unpacks no more than it declares', () => {
	const file = Buffer.from(npz({ x: npy([8_000_000], new Uint8Array(8_000_000)), y }));
	const central = file.indexOf(Buffer.from('PK\x01\x02'));
	file.writeUInt32LE(100, central + 24);
	const before = process.memoryUsage().arrayBuffers;
	assert.throws(() => read('npz', [{ name: 'd.npz', bytes: file }]), { code: 'invalid_dataset' });
	assert.ok(process.memoryUsage().arrayBuffers - before < 4_000_000);
});
