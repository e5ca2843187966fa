import type { Ranking } from '../board/ranking.ts';
import { client } from './client.ts';

export type ExportFormat = 'csv' | 'ndjson';

/**
 * The whole ranking as a file: CSV as the API writes it, or one JSON entry a line.
 * A plain link cannot ask for it, because the API chooses the format by `Accept`.
 */
export async function exportBoard(
	sweepId: string,
	query: Ranking,
	format: ExportFormat,
): Promise<{ name: string; content: Blob }> {
	const parts: string[] = [];
	if (format === 'csv') parts.push(await client.leaderboardCsv(sweepId, query));
	else for (const entry of await client.wholeLeaderboard(sweepId, query)) parts.push(`${JSON.stringify(entry)}\n`);
	return { name: `leaderboard-${sweepId}.${format}`, content: new Blob(parts) };
}
