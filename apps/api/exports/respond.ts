import { BasinError } from '@basin/core/contracts/errors.ts';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import type { ApiEnv } from '../deps.ts';
import { causeOf, type Log } from '../log.ts';
import type { Encode, Table } from './columns.ts';
import { encodeCsv } from './csv.ts';
import { encodeNdjson } from './ndjson.ts';
import { encodeParquet } from './parquet.ts';

export const exportTypes = ['text/csv', 'application/x-ndjson', 'application/vnd.apache.parquet'] as const;
export type ExportType = (typeof exportTypes)[number];

const formats: Record<ExportType, { extension: string; encode: Encode; contentType: string }> = {
	'text/csv': { extension: 'csv', encode: encodeCsv, contentType: 'text/csv; charset=utf-8' },
	'application/x-ndjson': {
		extension: 'ndjson',
		encode: encodeNdjson,
		contentType: 'application/x-ndjson; charset=utf-8',
	},
	'application/vnd.apache.parquet': {
		extension: 'parquet',
		encode: encodeParquet,
		contentType: 'application/vnd.apache.parquet',
	},
};

/** Each reads in a connection of its own for as long as its client takes. */
const exportsAtOnce = 4;

/** What the client would rather have: one of `exportTypes`, or the first of `others`. */
export function acceptedType<T extends string>(c: Context, fallback: T): ExportType | T {
	c.header('Vary', 'Accept');
	return accepts(c, { header: 'Accept', supports: [fallback, ...exportTypes], default: fallback }) as ExportType | T;
}

/** For a route's description: the media types, and the schema of a line. */
export function exportContent<T extends z.ZodType>(line: T) {
	return {
		'text/csv': { schema: z.string() },
		'application/x-ndjson': { schema: line },
		'application/vnd.apache.parquet': { schema: z.string().meta({ format: 'binary' }) },
	};
}

/** Rows that are there already, as pages. */
export async function* inPages<Row>(rows: readonly Row[]): AsyncGenerator<readonly Row[]> {
	for (let start = 0; start < rows.length; start += 1_000) yield rows.slice(start, start + 1_000);
}

export type Exporter = ReturnType<typeof createExporter>;

/** Answers tables as files, a few at once. */
export function createExporter(log: Log) {
	let running = 0;
	return async <Row>(
		c: Context<ApiEnv>,
		{
			table,
			type,
			sweepId,
			open,
		}: {
			table: Table<Row>;
			type: ExportType;
			sweepId: string;
			/** Not called for `HEAD`. What it throws is answered as a problem. */
			open: () => Promise<AsyncIterable<readonly Row[]>>;
		},
	): Promise<Response> => {
		const { extension, encode, contentType } = formats[type];
		const headers = {
			'Content-Type': contentType,
			'Content-Disposition': `attachment; filename="${table.name}-${sweepId}.${extension}"`,
		};
		if (c.req.method === 'HEAD') return c.body(null, 200, headers);
		if (running >= exportsAtOnce) {
			throw new BasinError('unavailable', `${exportsAtOnce} exports are under way; ask again when one has ended.`);
		}
		running++;
		const chunks = encode(table, pagesOf(open));
		try {
			// The first is read before anything is answered: what fails at once is a problem and not half a file.
			const first = await chunks.next();
			let ended = false;
			const onEnd = (error?: unknown) => {
				if (ended) return;
				ended = true;
				running--;
				if (error) log.warn('export broken off', { requestId: c.get('requestId'), cause: causeOf(error) });
			};
			return c.body(streamOf(first, chunks, onEnd), 200, headers);
		} catch (error) {
			running--;
			throw error;
		}
	};
}

async function* pagesOf<Row>(open: () => Promise<AsyncIterable<readonly Row[]>>) {
	yield* await open();
}

/** Asks for a chunk when the one before was taken; a client that goes away ends the reading. `onEnd` may be called twice. */
function streamOf(
	first: IteratorResult<Uint8Array>,
	chunks: AsyncGenerator<Uint8Array>,
	onEnd: (error?: unknown) => void,
): ReadableStream<Uint8Array> {
	let next: IteratorResult<Uint8Array> | undefined = first;
	return new ReadableStream(
		{
			async pull(controller) {
				try {
					const { done, value } = next ?? (await chunks.next());
					next = undefined;
					if (!done) return controller.enqueue(value);
					controller.close();
					onEnd();
				} catch (error) {
					onEnd(error);
					throw error;
				}
			},
			async cancel() {
				onEnd();
				await chunks.return(undefined);
			},
		},
		{ highWaterMark: 0 },
	);
}
