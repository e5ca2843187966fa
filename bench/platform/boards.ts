import { type Percentiles, percentilesOf, timeEach } from './percentiles.ts';

/** Milliseconds of the first hundred places of a sweep's board, by accuracy, over HTTP. */
export async function measureBoardOverHttp(baseUrl: string, sweepId: string, times: number): Promise<Percentiles> {
	const read = async () => {
		const response = await fetch(`${baseUrl}/v1/sweeps/${sweepId}/leaderboard?limit=100`);
		const { items } = (await response.json()) as { items: unknown[] };
		if (response.status !== 200 || items.length !== 100) throw new Error(`the board answered ${response.status}`);
	};
	await timeEach(20, read);
	return percentilesOf(await timeEach(times, read));
}
