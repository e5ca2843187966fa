import { countOf, type ElementType, elementBytes, type NumberArray, readNumbers, shapeText } from './number-array.ts';
import { refusal } from './refusal.ts';

const maxHeaderBytes = 64 * 1024;
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** NumPy's `descr`, without its byte order. */
const types: Readonly<Record<string, ElementType>> = {
	u1: 'u8',
	b1: 'u8',
	i1: 'i8',
	u2: 'u16',
	i2: 'i16',
	u4: 'u32',
	i4: 'i32',
	u8: 'u64',
	i8: 'i64',
	f4: 'f32',
	f8: 'f64',
};

/**
 * Reads NumPy's format (numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
 * @throws BasinError `invalid_dataset`
 */
export function parseNpy(bytes: Uint8Array, label: string): NumberArray {
	const { header, start } = readHeader(bytes, label);
	const descr = /'descr':\s*'([<>|=]?)(\w+)'/.exec(header);
	const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
	const shapeWords = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
	if (!descr || order === undefined || shapeWords === undefined) {
		throw refusal(`${label} has a header that describes no plain array of numbers.`);
	}
	const type = types[descr[2]!];
	if (type === undefined) throw refusal(`${label} holds ${descr[2]}, which is no type of number that can be read.`);
	const shape = [...shapeWords.matchAll(/\d+/g)].map(([digits]) => Number(digits));
	if (descr[1] === '>' && elementBytes(type) > 1) throw refusal(`${label} is big-endian; save it little-endian.`);
	if (order === 'True' && shape.length > 1) {
		throw refusal(`${label} is in Fortran order; save numpy.ascontiguousarray of it.`);
	}
	const expected = countOf(shape) * elementBytes(type);
	const own = bytes.subarray(start);
	if (own.length !== expected) {
		throw refusal(`${label} should have ${expected} bytes of numbers for ${shapeText(shape)}, but has ${own.length}.`);
	}
	return { label, shape, values: readNumbers(type, own) };
}

function readHeader(bytes: Uint8Array, label: string): { header: string; start: number } {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 12 || !magic.every((byte, index) => bytes[index] === byte)) {
		throw refusal(`${label} is not an array in NumPy's format.`);
	}
	const [lengthBytes, length] = bytes[6] === 1 ? [2, view.getUint16(8, true)] : [4, view.getUint32(8, true)];
	const start = 8 + lengthBytes + length;
	if (length > maxHeaderBytes) throw refusal(`${label} has a header of ${length} bytes, which no array needs.`);
	if (start > bytes.length) throw refusal(`${label} was cut short.`);
	return { header: new TextDecoder('latin1').decode(bytes.subarray(8 + lengthBytes, start)), start };
}
