/** CRC-32C (Castagnoli), reflected, polynomial 0x1EDC6F41. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
	return crc;
});

export function crc32c(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!;
	return (crc ^ 0xffffffff) >>> 0;
}

/** TensorFlow stores checksums masked, so that the checksum of data that holds one does not cancel out. */
function masked(crc: number): number {
	return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** One record of a TFRecord file: length (8 bytes, little-endian), its checksum, the data, its checksum. */
export function tfRecord(data: Uint8Array): Uint8Array {
	const record = new Uint8Array(data.length + 16);
	const view = new DataView(record.buffer);
	view.setBigUint64(0, BigInt(data.length), true);
	view.setUint32(8, masked(crc32c(record.subarray(0, 8))), true);
	record.set(data, 12);
	view.setUint32(12 + data.length, masked(crc32c(data)), true);
	return record;
}
