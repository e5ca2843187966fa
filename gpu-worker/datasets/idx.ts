import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DatasetError } from './dataset.ts';

/** The two unsigned-byte kinds of LeCun's IDX format: the last byte of the magic number is the number of dimensions. */
const unsignedByte = 0x08;

/**
 * Reads an IDX file of bytes, packed with gzip where its name ends in `.gz`, and checks that it holds exactly `shape`.
 * @param advice what to do when it is missing, as a sentence
 * @throws DatasetError naming the file and what differs
 */
export async function readIdx(path: string, shape: readonly number[], advice: string): Promise<Uint8Array> {
	const headerBytes = 4 + 4 * shape.length;
	const sizeBytes = shape.reduce((product, size) => product * size, 1);
	const read = await readFile(path).catch((error: NodeJS.ErrnoException) => {
		throw new DatasetError(`Cannot read ${path} (${error.code}). ${advice}`);
	});
	const file = path.endsWith('.gz') ? await unpack(path, read, headerBytes + sizeBytes) : read;
	if (file.length < headerBytes || file.readUInt16BE(0) !== 0 || file[2] !== unsignedByte || file[3] !== shape.length) {
		throw new DatasetError(`${path} is not an IDX file of bytes in ${shape.length} dimensions.`);
	}
	const found = shape.map((_, axis) => file.readUInt32BE(4 + 4 * axis));
	if (found.join() !== shape.join()) {
		throw new DatasetError(`${path} holds [${found.join(', ')}], but [${shape.join(', ')}] is expected.`);
	}
	if (file.length !== headerBytes + sizeBytes) {
		throw new DatasetError(
			`${path} has ${file.length} bytes in place of ${headerBytes + sizeBytes}: it was cut short.`,
		);
	}
	return new Uint8Array(file.buffer, file.byteOffset + headerBytes, sizeBytes);
}

/** @param expectedBytes a file that unpacks to more is refused before that is allocated */
async function unpack(path: string, packed: Buffer, expectedBytes: number): Promise<Buffer> {
	return promisify(gunzip)(packed, { maxOutputLength: expectedBytes }).catch((error: NodeJS.ErrnoException) => {
		const reasons: Record<string, string> = {
			Z_BUF_ERROR: 'was cut short',
			ERR_BUFFER_TOO_LARGE: `unpacks to more than the ${expectedBytes} bytes that are expected`,
		};
		throw new DatasetError(`${path} ${reasons[error.code ?? ''] ?? 'is not a gzip file, or is damaged'}.`);
	});
}
