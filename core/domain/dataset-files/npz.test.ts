import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bomb, named, npy, npz, read, testRefusals, text, x, y } from './testing/files.ts';

const tooManyExamples = npz({ x: npy([5_000_001, 1], new Uint8Array(5_000_001)), y });
const nanAt3 = npy([5, 2], Float32Array.of(1, 2, 3, Number.NaN, 5, 6, 7, 8, 9, 10));

testRefusals('npz', [
	['no zip', [{ name: 'd.npz', bytes: text('hello') }], /^d\.npz is not a whole \.npz \(zip\) file: /],
	['a zip that was cut short', [{ name: 'd.npz', bytes: npz({ x, y }).subarray(0, 200) }], /^d\.npz is not a whole/],
	['other names', named({ images: x, labels: y }), /^d\.npz must hold x_train .* but holds images, labels\.$/],
	['inputs without classes', named({ x_train: x }), /^d\.npz has x_train, but no y_train\.$/],
	[
		'an array of text',
		named({ x: npy([1], new Uint8Array(4), "{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }"), y }),
		/^x of d\.npz holds U1, which is no type/,
	],
	[
		'pickled objects',
		named({ x: npy([1], new Uint8Array(4), "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"), y }),
		/^x of d\.npz holds O, which/,
	],
	[
		'Fortran order',
		named({ x: npy([2, 2], new Uint8Array(4), "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2), }"), y }),
		/in Fortran order/,
	],
	[
		'big-endian numbers',
		named({ x: npy([1, 1], new Uint8Array(4), "{'descr': '>f4', 'fortran_order': False, 'shape': (1, 1), }"), y }),
		/is big-endian/,
	],
	[
		'an array that was cut short',
		named({ x: x.subarray(0, x.length - 4), y }),
		/^x of d\.npz should have 40 bytes of numbers for \[5, 2\], but has 36\.$/,
	],
	[
		'a shape that no memory holds',
		named({
			x: npy([1], new Uint8Array(4), "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000000), }"),
			y,
		}),
		/should have 8000000000000000000 bytes/,
	],
	['NaN', named({ x: nanAt3, y }), /^x of d\.npz has NaN at 3: every number must be finite\.$/],
	[
		'numbers beyond float32',
		named({ x: npy([5, 1], Float64Array.of(1, 1, 1, 1e300, 1)), y }),
		/1e\+300 at 3: every number must be finite as float32/,
	],
	[
		'too few classes for the examples',
		named({ x, y: npy([4], new Uint8Array(4)) }),
		/^y of d\.npz has 4 classes for the 5 examples of x of d\.npz\.$/,
	],
	[
		'a fractional class',
		named({ x, y: npy([5], Float32Array.of(0, 1, 0.5, 1, 1)) }),
		/^y of d\.npz has the class 0\.5 at 2: /,
	],
	[
		'a negative class',
		named({ x, y: npy([5], Int32Array.of(0, 1, 1, -1, 1)) }),
		/^y of d\.npz has the class -1 at 3: /,
	],
	[
		'a class beyond 255',
		named({ x, y: npy([5], Int32Array.of(0, 1, 1, 256, 1)) }),
		/classes are whole numbers from 0 to 255/,
	],
	['one class only', named({ x, y: npy([5], new Uint8Array(5)) }), /one class only/],
	['one-hot classes', named({ x, y: npy([5, 2], new Uint8Array(10)) }), /One-hot rows become numbers by argmax/],
	['inputs of one dimension', named({ x: npy([5], new Uint8Array(5)), y }), /^x of d\.npz is \[5\]: it must be/],
	['no examples', named({ x: npy([0, 2], new Uint8Array(0)), y: npy([0], new Uint8Array(0)) }), /holds nothing/],
	[
		'parts of different shape',
		named({ x_train: x, y_train: y, x_test: npy([1, 3], new Uint8Array(3)), y_test: npy([1], new Uint8Array(1)) }),
		/An example is \[2\] in x_train .* but \[3\] in x_test/,
	],
	[
		'a class that only the test part has',
		named({ x_train: x, y_train: y, x_test: npy([1, 2], new Uint8Array(2)), y_test: npy([1], Uint8Array.of(2)) }),
		/has the class 2, which no example of the training part has/,
	],
	['two files', [...named({ x, y }), ...named({ x, y })], /is one file, not 2/],
	['a zip bomb', named({ x: bomb, y }), /^d\.npz unpacks to more than 8 MiB/],
	[
		'too many files',
		[{ name: 'd.npz', bytes: npz(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, y])), 0) }],
		/^d\.npz holds more than 100 files/,
	],
	[
		'too many examples',
		[{ name: 'd.npz', bytes: tooManyExamples }],
		/^x of d\.npz has 5000001 examples; at most 5000000/,
	],
]);

it('a zip whose directory understates a bomb unpacks no more than it declares', () => {
	const file = Buffer.from(npz({ x: npy([8_000_000], new Uint8Array(8_000_000)), y }));
	const central = file.indexOf(Buffer.from('PK\x01\x02'));
	file.writeUInt32LE(100, central + 24);
	const before = process.memoryUsage().arrayBuffers;
	assert.throws(() => read('npz', [{ name: 'd.npz', bytes: file }]), { code: 'invalid_dataset' });
	assert.ok(process.memoryUsage().arrayBuffers - before < 4_000_000);
});
