import type { LeaderboardEntry } from '@basin/core/contracts/api.ts';

export function* ndjsonLines(entries: Iterable<LeaderboardEntry>): Generator<string> {
	for (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}

type Cell = string | number | boolean | null | undefined;

const columns: Readonly<Record<string, (entry: LeaderboardEntry) => Cell>> = {
	rank: (entry) => entry.rank,
	tiedWith: (entry) => entry.tiedWith,
	batchSize: (entry) => entry.configuration.batchSize,
	eta: (entry) => entry.configuration.eta,
	lambda: (entry) => entry.configuration.lambda,
	configurationHash: (entry) => entry.configurationHash,
	seedsTotal: (entry) => entry.seeds.total,
	seedsSucceeded: (entry) => entry.seeds.succeeded,
	seedsFailed: (entry) => entry.seeds.failed,
	diverged: (entry) => entry.diverged,
	valAccuracyMean: (entry) => entry.valAccuracy?.mean,
	valAccuracyStd: (entry) => entry.valAccuracy?.std,
	valAccuracyCi95Low: (entry) => entry.valAccuracy?.ci95?.[0],
	valAccuracyCi95High: (entry) => entry.valAccuracy?.ci95?.[1],
	epochSecondsMedian: (entry) => entry.epochSeconds?.median,
	epochSecondsIqrLow: (entry) => entry.epochSeconds?.iqr[0],
	epochSecondsIqrHigh: (entry) => entry.epochSeconds?.iqr[1],
	updateSecondsMedian: (entry) => entry.updateSeconds?.median,
	onParetoFront: (entry) => entry.onParetoFront,
	deviceKey: (entry) => entry.device?.key,
	deviceLabel: (entry) => entry.device?.label,
	bestTrialId: (entry) => entry.bestTrialId,
};

/** RFC 4180: a header line, CRLF, an empty cell for what is unknown. */
export function* csvLines(entries: Iterable<LeaderboardEntry>): Generator<string> {
	yield csvLine(Object.keys(columns));
	for (const entry of entries) yield csvLine(Object.values(columns).map((read) => read(entry)));
}

function csvLine(cells: readonly Cell[]): string {
	return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Text that a spreadsheet would run as a formula (OWASP: `=`, `+`, `-`, `@`, tab, CR) gets an apostrophe in front. */
function csvCell(cell: Cell): string {
	if (cell === null || cell === undefined) return '';
	if (typeof cell !== 'string') return String(cell);
	const inert = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
	return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** Encodes one line at a time, as the client takes them. */
export function streamOf(lines: Generator<string>): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream({
		pull(controller) {
			const { done, value } = lines.next();
			if (done) controller.close();
			else controller.enqueue(encoder.encode(value));
		},
	});
}
