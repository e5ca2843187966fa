import type { LeaderboardEntry } from './client.ts';

const columns: [name: string, value: (entry: LeaderboardEntry) => string | number | boolean | null | undefined][] = [
	['rank', (entry) => entry.rank],
	['tiedWith', (entry) => entry.tiedWith],
	['batchSize', (entry) => entry.configuration.batchSize],
	['eta', (entry) => entry.configuration.eta],
	['lambda', (entry) => entry.configuration.lambda],
	['valAccuracyMean', (entry) => entry.valAccuracy?.mean],
	['valAccuracyStd', (entry) => entry.valAccuracy?.std],
	['valAccuracyCi95Low', (entry) => entry.valAccuracy?.ci95?.[0]],
	['valAccuracyCi95High', (entry) => entry.valAccuracy?.ci95?.[1]],
	['epochSecondsMedian', (entry) => entry.epochSeconds?.median],
	['epochSecondsIqrLow', (entry) => entry.epochSeconds?.iqr[0]],
	['epochSecondsIqrHigh', (entry) => entry.epochSeconds?.iqr[1]],
	['updateSecondsMedian', (entry) => entry.updateSeconds?.median],
	['onParetoFront', (entry) => entry.onParetoFront],
	['diverged', (entry) => entry.diverged],
	['seedsTotal', (entry) => entry.seeds.total],
	['seedsSucceeded', (entry) => entry.seeds.succeeded],
	['seedsFailed', (entry) => entry.seeds.failed],
	['deviceKey', (entry) => entry.device?.key],
	['deviceLabel', (entry) => entry.device?.label],
	['bestTrialId', (entry) => entry.bestTrialId],
];

/** The whole ranking as RFC 4180 CSV with full precision; what is not known is an empty field. */
export function leaderboardCsv(entries: LeaderboardEntry[]): string {
	const head = columns.map(([name]) => name).join(',');
	const rows = entries.map((entry) => columns.map(([, value]) => field(value(entry))).join(','));
	return [head, ...rows].join('\r\n');
}

function field(value: string | number | boolean | null | undefined): string {
	const text = value == null ? '' : String(value);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
