import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

test('a file is laid out as the format says: length, padded header, packed little-endian numbers', () => {
	const file = Buffer.from(
		encodeSafetensors(new Map([['a', { shape: [2, 1], values: Float32Array.of(1, -2) }]]), { k: 'v' }),
	);
	const headerBytes = Number(file.readBigUInt64LE(0));
	assert.equal(headerBytes % 8, 0);
	assert.deepEqual(JSON.parse(file.toString('utf8', 8, 8 + headerBytes)), {
		__metadata__: { k: 'v' },
		a: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
	});
	assert.equal(file.length, 8 + headerBytes + 8);
	assert.equal(file.readFloatLE(8 + headerBytes + 4), -2);
});

test('what is written is read back, bit for bit', () => {
	const arrays = fc.dictionary(
		fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
		fc.float32Array({ maxLength: 20 }),
	);
	fc.assert(
		fc.property(arrays, (named) => {
			const written = new Map(
				Object.entries(named).map(([name, values]) => [name, { shape: [values.length], values }]),
			);
			const { arrays: read } = decodeSafetensors(encodeSafetensors(written, {}));
			assert.deepEqual(read, written);
		}),
	);
});
