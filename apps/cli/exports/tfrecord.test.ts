import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c, tfRecord } from './tfrecord.ts';

test('the checksum is CRC-32C: the vectors of RFC 3720 and the check value of the catalogue', () => {
	assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe3069283);
	assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
	assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
});

test('a record is length, masked checksum, data, masked checksum, as TensorFlow writes it', () => {
	// As TensorBoard's own `RecordWriter` writes b"basin".
	const written = Buffer.from(tfRecord(new TextEncoder().encode('basin'))).toString('hex');
	assert.equal(written, '0500000000000000eab2043e626173696e847974aa');
});
