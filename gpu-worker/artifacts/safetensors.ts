import { z } from 'zod';
import type { NamedArray } from '../engines/port.ts';

const size = z.int().min(0);
const Entry = z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) });
const Header = z.object({ __metadata__: z.record(z.string(), z.string()).optional() }).catchall(Entry);

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

/** Reads what `encodeSafetensors` wrote. @throws Error with a sentence when the file is cut short or damaged */
export function decodeSafetensors(file: Uint8Array): {
	arrays: Map<string, NamedArray>;
	metadata: Record<string, string>;
} {
	const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
	const { header, dataStart } = readHeader(bytes);
	const { __metadata__: metadata = {}, ...entries } = header;
	const arrays = new Map<string, NamedArray>();
	let offset = 0;
	for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries).sort(byPlace)) {
		if (dtype !== 'F32') throw new Error(`${name} is ${dtype}; only F32 can be read.`);
		const count = shape.reduce((product, length) => product * length, 1);
		const end = offset + count * Float32Array.BYTES_PER_ELEMENT;
		if (data_offsets[0] !== offset || data_offsets[1] !== end) throw new Error(`${name} is not where its shape says.`);
		if (dataStart + end > bytes.length) throw new Error(`the file ends before ${name} does.`);
		const values = new Float32Array(count);
		bytes.copy(new Uint8Array(values.buffer), 0, dataStart + offset, dataStart + end);
		arrays.set(name, { shape, values });
		offset = end;
	}
	if (dataStart + offset !== bytes.length) throw new Error('the file goes on after its last array.');
	return { arrays, metadata };
}

/** An object has its names in an order of its own, so that `7` comes before `a`. */
function byPlace([, a]: [string, z.infer<typeof Entry>], [, b]: [string, z.infer<typeof Entry>]): number {
	return a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1];
}

function readHeader(bytes: Buffer) {
	const headerBytes = bytes.length < 8 ? Number.POSITIVE_INFINITY : Number(bytes.readBigUInt64LE(0));
	const dataStart = 8 + headerBytes;
	if (dataStart > bytes.length) throw new Error('the file ends inside its header.');
	const header = Header.safeParse(parseJson(bytes.toString('utf8', 8, dataStart)));
	if (!header.success) throw new Error('the header is damaged.');
	return { header: header.data, dataStart };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
