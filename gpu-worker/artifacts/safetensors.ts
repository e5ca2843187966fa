import type { NamedArray } from '../engines/port.ts';

/**
 * The safetensors format: a little-endian length, a JSON header padded to eight bytes, then the numbers, packed.
 * https://huggingface.co/docs/safetensors
 */
export function encodeSafetensors(
	arrays: ReadonlyMap<string, NamedArray>,
	metadata: Record<string, string>,
): Uint8Array {
	const entries: Record<string, unknown> = { __metadata__: metadata };
	let sizeBytes = 0;
	for (const [name, { shape, values }] of arrays) {
		entries[name] = { dtype: 'F32', shape, data_offsets: [sizeBytes, sizeBytes + values.byteLength] };
		sizeBytes += values.byteLength;
	}
	const json = Buffer.from(JSON.stringify(entries));
	const headerBytes = Math.ceil(json.length / 8) * 8;
	const file = Buffer.alloc(8 + headerBytes + sizeBytes, ' ');
	file.writeBigUInt64LE(BigInt(headerBytes), 0);
	json.copy(file, 8);
	let offset = 8 + headerBytes;
	for (const { values } of arrays.values()) {
		file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
		offset += values.byteLength;
	}
	return file;
}

/** Reads what `encodeSafetensors` wrote. @throws when an array is not of 32-bit floats */
export function decodeSafetensors(file: Uint8Array): {
	arrays: Map<string, NamedArray>;
	metadata: Record<string, string>;
} {
	const bytes = Buffer.from(file);
	const headerBytes = Number(bytes.readBigUInt64LE(0));
	const { __metadata__: metadata = {}, ...entries } = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes));
	const arrays = new Map<string, NamedArray>();
	for (const [name, entry] of Object.entries(entries)) {
		const { dtype, shape, data_offsets } = entry as { dtype: string; shape: number[]; data_offsets: [number, number] };
		if (dtype !== 'F32') throw new Error(`${name} is ${dtype}; only F32 can be read.`);
		const own = bytes.subarray(8 + headerBytes + data_offsets[0], 8 + headerBytes + data_offsets[1]);
		arrays.set(name, { shape, values: new Float32Array(new Uint8Array(own).buffer) });
	}
	return { arrays, metadata };
}
