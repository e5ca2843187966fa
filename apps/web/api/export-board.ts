import { Problem } from '@basin/core/contracts/errors.ts';
import type { BoardQuery } from './queries.ts';

export type ExportFormat = 'csv' | 'ndjson';

const contentTypes: Record<ExportFormat, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' };

/**
 * The whole ranking as a file, streamed by the API. A plain link cannot ask for it: the format is chosen by `Accept`.
 * @throws Error with the API's sentence.
 */
export async function exportBoard(
	sweepId: string,
	{ rankBy, device }: BoardQuery,
	format: ExportFormat,
): Promise<{ name: string; content: Blob }> {
	const query = new URLSearchParams({ rankBy, ...(device === null ? {} : { device }) });
	const response = await fetch(`/v1/sweeps/${encodeURIComponent(sweepId)}/leaderboard?${query}`, {
		headers: { accept: contentTypes[format] },
	});
	if (!response.ok) {
		const problem = Problem.safeParse(await response.json().catch(() => null));
		throw new Error(problem.success ? problem.data.detail : `The export failed (HTTP ${response.status}).`);
	}
	return { name: `leaderboard-${sweepId}.${format}`, content: await response.blob() };
}
