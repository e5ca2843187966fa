import { ApiError, UnreachableError, unreachable } from './errors.ts';
import { createSilence } from './silence.ts';
import { failureOf, parseJson, type TransportOptions } from './transport.ts';

export type ExportTable = 'leaderboard' | 'trials' | 'metrics';
export type ExportFormat = 'csv' | 'ndjson' | 'parquet';
export type ExportOptions = {
	table: ExportTable;
	format: ExportFormat;
	signal?: AbortSignal | undefined;
	/** With nothing received for so long the connection is taken for dead. 60 s unless told. */
	silenceMs?: number;
};

const mediaTypes: Record<ExportFormat, string> = {
	csv: 'text/csv',
	ndjson: 'application/x-ndjson',
	parquet: 'application/vnd.apache.parquet',
};

/**
 * The bytes of a table of a sweep as a file of one moment, as they arrive; `metrics` has every epoch of every trial. Who takes them
 * slowly slows the server down, and who stops taking ends it. It is not tried again.
 * @throws ApiError when the server refuses, UnreachableError when not all of it arrives, the signal's reason when aborted
 */
export async function* exportSweep(
	{ baseUrl, fetch }: Pick<TransportOptions, 'baseUrl' | 'fetch'>,
	sweepId: string,
	{ table, format, signal, silenceMs = 60_000 }: ExportOptions,
): AsyncGenerator<Uint8Array> {
	const silence = createSilence(silenceMs);
	try {
		const response = await fetch(`${baseUrl}/v1/sweeps/${encodeURIComponent(sweepId)}/${table}`, {
			headers: { accept: mediaTypes[format] },
			signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
		});
		if (!response.ok || response.body === null)
			throw failureOf(baseUrl, response, parseJson(await response.text())).error;
		const type = response.headers.get('content-type') ?? '';
		if (!type.startsWith(mediaTypes[format])) throw notThat(baseUrl, type);
		const reader = response.body.getReader();
		for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
			silence.pause();
			yield chunk.value;
			silence.broken();
		}
	} catch (error) {
		signal?.throwIfAborted();
		throw error instanceof ApiError || error instanceof UnreachableError ? error : unreachable(baseUrl, error);
	} finally {
		silence.end();
	}
}

/** The values of an NDJSON export, one a line. */
export async function* exportedLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of bytes) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
		rest = lines.pop()!;
		for (const line of lines) yield JSON.parse(line);
	}
}

function notThat(baseUrl: string, type: string): UnreachableError {
	const message = `What answers at ${baseUrl || 'this address'} is not this version of Basin: it sent ${type || 'no type'}.`;
	return new UnreachableError('notBasin', baseUrl, message);
}
