import { z } from 'zod';
import { countOf, type ElementType, elementBytes, type NumberArray, readNumbers, shapeText } from './number-array.ts';
import { refusal } from './refusal.ts';

const types: Readonly<Record<string, ElementType>> = {
	BOOL: 'u8',
	U8: 'u8',
	I8: 'i8',
	U16: 'u16',
	I16: 'i16',
	U32: 'u32',
	I32: 'i32',
	U64: 'u64',
	I64: 'i64',
	F32: 'f32',
	F64: 'f64',
};

/** A header of more is an attack, not a data set: it is parsed as a whole. */
const maxHeaderBytes = 1024 * 1024;

const Header = z.record(
	z.string(),
	z.union([
		z.object({
			dtype: z.string(),
			shape: z.array(z.int().min(0)),
			data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
		}),
		z.record(z.string(), z.string()),
	]),
);

/** What `encodeSafetensors` takes and `parseSafetensors` gives. */
export interface SafetensorsFile {
	arrays: Map<string, NumberArray>;
	metadata: Readonly<Record<string, string>>;
}

/** Reads the safetensors format (huggingface.co/docs/safetensors). @throws BasinError `invalid_dataset` */
export function parseSafetensors(bytes: Uint8Array, file: string): SafetensorsFile {
	const { header, start } = readHeader(bytes, file);
	const arrays = new Map<string, NumberArray>();
	let metadata: Record<string, string> = {};
	for (const [name, entry] of Object.entries(header)) {
		if (!('data_offsets' in entry) || !Array.isArray(entry.data_offsets)) {
			metadata = entry as Record<string, string>;
			continue;
		}
		const { dtype, shape, data_offsets } = entry as { dtype: string; shape: number[]; data_offsets: [number, number] };
		const label = `${name} of ${file}`;
		const type = types[dtype];
		if (type === undefined) throw refusal(`${label} is ${dtype}, which is no type of number that can be read.`);
		const [from, to] = data_offsets;
		if (to - from !== countOf(shape) * elementBytes(type)) {
			throw refusal(`${label} takes ${to - from} bytes, which is not ${shapeText(shape)} of ${dtype}.`);
		}
		if (start + to > bytes.length) throw refusal(`${file} was cut short: ${name} ends behind its end.`);
		arrays.set(name, { label, shape, values: readNumbers(type, bytes.subarray(start + from, start + to)) });
	}
	return { arrays, metadata };
}

function readHeader(bytes: Uint8Array, file: string): { header: z.infer<typeof Header>; start: number } {
	const broken = refusal(`${file} is not a safetensors file.`);
	if (bytes.length < 8) throw broken;
	const headerBytes = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
	if (headerBytes > maxHeaderBytes || 8 + headerBytes > bytes.length) throw broken;
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + headerBytes));
		return { header: Header.parse(JSON.parse(text)), start: 8 + headerBytes };
	} catch {
		throw broken;
	}
}

/** Writes bytes and float32 arrays, each at a multiple of four, so that a reader need not copy them. */
export function encodeSafetensors(
	arrays: ReadonlyMap<string, { shape: readonly number[]; values: Uint8Array | Float32Array }>,
	metadata: Readonly<Record<string, string>>,
): Uint8Array {
	const entries: Record<string, unknown> = { __metadata__: metadata };
	// The format allows no gaps, so the arrays of floats come first.
	const ordered = [...arrays].sort(([, a], [, b]) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
	let sizeBytes = 0;
	for (const [name, { shape, values }] of ordered) {
		const dtype = values instanceof Uint8Array ? 'U8' : 'F32';
		entries[name] = { dtype, shape, data_offsets: [sizeBytes, sizeBytes + values.byteLength] };
		sizeBytes += values.byteLength;
	}
	const json = new TextEncoder().encode(JSON.stringify(entries));
	const headerBytes = Math.ceil(json.length / 8) * 8;
	const file = new Uint8Array(8 + headerBytes + sizeBytes).fill(0x20, 8, 8 + headerBytes);
	new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
	file.set(json, 8);
	let offset = 8 + headerBytes;
	for (const [, { values }] of ordered) {
		file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
		offset += values.byteLength;
	}
	return file;
}
