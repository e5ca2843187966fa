import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { limits, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { LineCounter, parseDocument } from 'yaml';
import { type Complaint, usageFailure } from './failure.ts';

/** A spec as written, and where in its source each part stands. */
export type SpecFile = {
	/** Not validated here: the server's word is the one that counts. */
	spec: SweepSpecInput;
	/** `sweep.json:8` for a JSON pointer; the nearest part that exists when it points at something missing. */
	placeOf(pointer: string): string;
};

/**
 * Reads JSON or YAML from a file, or from `stdin` for `-`.
 * @throws Failure (usage) for a file that cannot be read, is not JSON or YAML, or holds what JSON cannot carry.
 */
export async function readSpecFile(path: string, stdin: Readable, signal: AbortSignal): Promise<SpecFile> {
	const source = path === '-' ? 'stdin' : path;
	const written = path === '-' ? await text(addAbortSignal(signal, stdin)) : await readSmallFile(path);
	if (written.trim() === '') throw usageFailure(`${source} is empty: a sweep’s spec as JSON or YAML is expected.`);
	return parseSpec(source, written);
}

async function readSmallFile(path: string): Promise<string> {
	try {
		const { size } = await stat(path);
		// YAML comments are not sent, so a file may be larger than a body; a data set given by mistake is not read.
		if (size > 16 * limits.bodyBytes) throw usageFailure(`${path} is ${size} bytes: that is no sweep’s spec.`);
		return await readFile(path, 'utf8');
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === 'ENOENT')
			throw usageFailure(`There is no file ${path}.`, 'examples/quickstart.json is a spec to start from.');
		if (code === 'EISDIR') throw usageFailure(`${path} is a folder, not a spec.`);
		if (code === 'EACCES') throw usageFailure(`${path} may not be read.`);
		throw error;
	}
}

/** Parses JSON as JSON and everything else as YAML 1.2; YAML's parser also tells the lines of JSON. */
export function parseSpec(source: string, written: string): SpecFile {
	const isJson =
		extname(source) === '.json' || (!/^\.ya?ml$/.test(extname(source)) && written.trimStart().startsWith('{'));
	const lines = new LineCounter();
	const document = parseDocument(written, { lineCounter: lines, prettyErrors: false });
	const placeOf = (pointer: string): string => {
		const path = pointer
			.split('/')
			.slice(1)
			.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
		for (let length = path.length; length >= 0; length--) {
			const node = document.getIn(path.slice(0, length).map(asIndex), true) as { range?: [number] } | undefined;
			if (node?.range) return `${source}:${lines.linePos(node.range[0]).line}`;
		}
		return source;
	};

	const broken = document.errors.find((error) => !isJson || error.code === 'DUPLICATE_KEY');
	let value: unknown;
	try {
		if (isJson) value = JSON.parse(written);
		if (broken) throw broken;
		if (!isJson) value = document.toJS();
	} catch (error) {
		const at = broken ?? document.errors[0];
		const where = at ? `${source}:${lines.linePos(at.pos[0]).line}` : source;
		throw usageFailure(`${where} is not ${isJson ? 'JSON' : 'YAML'}: ${(error as Error).message}`);
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw usageFailure(`${source} holds no object: a sweep’s spec has at least "dataset" and "model".`);
	const complaints = nonFinite(value, '').map((complaint) => ({ ...complaint, place: placeOf(complaint.pointer) }));
	if (complaints.length > 0) throw usageFailure(`${source} is not a valid sweep.`, undefined, complaints);
	return { spec: value as SweepSpecInput, placeOf };
}

const asIndex = (part: string) => (/^\d+$/.test(part) ? Number(part) : part);

/** NaN, ±Infinity and 1e400 would become `null` on the way to the server; they are named here instead. */
function nonFinite(value: unknown, pointer: string): Complaint[] {
	if (typeof value === 'number' && !Number.isFinite(value)) return [{ pointer, message: 'must be a finite number' }];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, part]) =>
		nonFinite(part, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
	);
}
