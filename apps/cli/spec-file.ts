import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { limits, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { type Complaint, type Failure, usageFailure } from './failure.ts';
import { count } from './format.ts';

/** A spec as written, and where in its source each part stands. */
export type SpecFile = {
	/** Not validated here: the server's word is the one that counts. */
	spec: SweepSpecInput;
	/** What to call it: the path as given, or `stdin`. */
	source: string;
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

/** The places follow, so the sentence only counts them. */
export function invalidSpec(source: string, complaints: Complaint[]): Failure {
	return usageFailure(`${source} is not a valid sweep: ${count(complaints.length, 'problem')}.`, undefined, complaints);
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

	const value = isJson ? parseJson(source, written, document, lines) : parseYaml(source, document, lines);
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw usageFailure(`${source} holds no object: a sweep’s spec has at least "dataset" and "model".`);
	return { spec: value as SweepSpecInput, source, placeOf };
}

function parseYaml(source: string, document: Document.Parsed, lines: LineCounter): unknown {
	const [error] = document.errors;
	if (error) throw usageFailure(`${source}:${lines.linePos(error.pos[0]).line} is not YAML: ${error.message}.`);
	return document.toJS();
}

/** JSON's own parser decides; YAML's adds what it lets pass: the same key twice, of which the second would win silently. */
function parseJson(source: string, written: string, document: Document.Parsed, lines: LineCounter): unknown {
	let value: unknown;
	try {
		value = JSON.parse(written);
	} catch (error) {
		const { message } = error as Error;
		const position = / at position (\d+)/.exec(message)?.[1] ?? document.errors[0]?.pos[0] ?? written.length;
		const what = message.replace(/ in JSON at position.*/, '').replace(/,? ?".*" is not valid JSON$/s, '');
		throw usageFailure(`${source}:${lines.linePos(Number(position)).line} is not JSON: ${what}.`);
	}
	const repeated = document.errors.find((error) => error.code === 'DUPLICATE_KEY');
	if (repeated)
		throw usageFailure(`${source}:${lines.linePos(repeated.pos[0]).line} repeats a key of the same object.`);
	return value;
}

const asIndex = (part: string) => (/^\d+$/.test(part) ? Number(part) : part);

/** NaN, ±Infinity and 1e400 would become `null` on the way to the server; they are named here instead. */
export function nonFinite({ spec, placeOf }: SpecFile): Complaint[] {
	return nonFiniteIn(spec, '').map((complaint) => ({ ...complaint, place: placeOf(complaint.pointer) }));
}

function nonFiniteIn(value: unknown, pointer: string): Complaint[] {
	if (typeof value === 'number' && !Number.isFinite(value)) return [{ pointer, message: 'must be a finite number' }];
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([key, part]) =>
		nonFiniteIn(part, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
	);
}
