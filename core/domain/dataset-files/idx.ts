import { gunzipSync } from 'node:zlib';
import { countOf, type NumberArray, shapeText } from './number-array.ts';
import { mebibytes, refusal } from './refusal.ts';

const unsignedByte = 0x08;

/**
 * Reads LeCun's IDX format of unsigned bytes, as it is or packed with gzip.
 * @param maxBytes unpacking stops there, whatever the file says
 * @throws BasinError `invalid_dataset`
 */
export function parseIdx(packed: Uint8Array, file: string, maxBytes: number): NumberArray {
	const bytes = packed[0] === 0x1f && packed[1] === 0x8b ? unpack(packed, file, maxBytes) : packed;
	const axes = bytes[3] ?? 0;
	const headerBytes = 4 + 4 * axes;
	if (bytes.length < headerBytes || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== unsignedByte || axes === 0) {
		throw refusal(`${file} is not an IDX file of unsigned bytes.`);
	}
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
	const values = bytes.subarray(headerBytes);
	if (values.length !== countOf(shape)) {
		throw refusal(`${file} should have ${countOf(shape)} bytes for ${shapeText(shape)}, but has ${values.length}.`);
	}
	return { label: file, shape, values };
}

function unpack(packed: Uint8Array, file: string, maxBytes: number): Uint8Array {
	try {
		return gunzipSync(packed, { maxOutputLength: maxBytes });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ERR_BUFFER_TOO_LARGE') {
			throw refusal(`${file} unpacks to more than ${mebibytes(maxBytes)}, which is the most that is taken.`);
		}
		throw refusal(`${file} ${code === 'Z_BUF_ERROR' ? 'was cut short' : 'is a damaged gzip file'}.`);
	}
}
