import { type FileHandle, open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { UnreachableError } from '@basin/client';
import type { DatasetFormat, DatasetUpload } from '@basin/core/contracts/datasets.ts';
import { exitCodes } from './exit-codes.ts';
import { Failure, usageFailure } from './failure.ts';

const formats: Readonly<Record<string, DatasetFormat>> = {
	'.npz': 'npz',
	'.safetensors': 'safetensors',
	'.csv': 'csv',
};
const tries = 3;

/** A local file of a data set, open for reading. */
export type LocalFile = { path: string; name: string; sizeBytes: number; handle: FileHandle };

/** The format by the name of the first file; IDX files have no ending of their own. */
export function guessFormat(path: string): DatasetFormat {
	const byEnding = formats[extname(path).toLowerCase()];
	if (byEnding) return byEnding;
	if (/idx|ubyte|\.gz$/i.test(basename(path))) return 'idx';
	throw usageFailure(`The format of ${path} is not clear from its name.`, 'name it with --format.');
}

/** Runs `action` with every file open. @throws Failure when one cannot be read */
export async function withFiles<T>(paths: readonly string[], action: (files: LocalFile[]) => Promise<T>): Promise<T> {
	const files: LocalFile[] = [];
	try {
		for (const path of paths) {
			const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
				throw usageFailure(`${path} cannot be read (${error.code}).`);
			});
			const stat = await handle.stat();
			files.push({ path, name: basename(path), sizeBytes: stat.size, handle });
			if (!stat.isFile()) throw usageFailure(`${path} is not a file.`);
		}
		return await action(files);
	} finally {
		for (const { handle } of files) await handle.close();
	}
}

/**
 * Sends every part to its link, one after another; a part that fails is tried again.
 * @param onSent bytes sent so far
 * @throws Failure when the store refuses a part; UnreachableError when it does not answer
 */
export async function sendParts(input: {
	upload: DatasetUpload;
	files: readonly LocalFile[];
	signal: AbortSignal;
	onSent: (bytes: number) => void;
}): Promise<void> {
	const { upload, files, signal, onSent } = input;
	let sent = 0;
	for (const [index, { parts }] of upload.files.entries()) {
		const file = files[index]!;
		let position = 0;
		for (const { url, sizeBytes } of parts) {
			const body = new Uint8Array(sizeBytes);
			const { bytesRead } = await file.handle.read(body, 0, sizeBytes, position);
			if (bytesRead !== sizeBytes)
				throw new Failure(exitCodes.failed, `${file.path} became shorter while it was sent.`);
			await put(url, body, file.path, signal);
			position += sizeBytes;
			sent += sizeBytes;
			onSent(sent);
		}
	}
}

async function put(url: string, body: Uint8Array<ArrayBuffer>, path: string, signal: AbortSignal): Promise<void> {
	const { origin } = new URL(url);
	for (let left = tries - 1; ; left--) {
		try {
			const response = await fetch(url, { method: 'PUT', body, signal });
			await response.arrayBuffer();
			if (response.ok) return;
			if (response.status < 500 || left === 0) {
				throw new Failure(exitCodes.failed, `The store answered ${response.status} to a part of ${path}.`);
			}
		} catch (error) {
			signal.throwIfAborted();
			if (error instanceof Failure) throw error;
			if (left === 0) throw new UnreachableError('network', origin, `Cannot reach the store at ${origin}.`, error);
		}
	}
}
