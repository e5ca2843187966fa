import { Agent, get } from 'node:http';
import { type Percentiles, percentilesOf, runWide } from './percentiles.ts';

export type Requests = { perSecond: number; milliseconds: Percentiles };

/** Reads as people and programs mix them: the list, a sweep, its board, a trial's curve. Every answer must be a 200. */
export async function measureRequests(
	baseUrl: string,
	input: { sweepId: string; trialId: string; clients: number; requests: number },
): Promise<Requests> {
	const { sweepId, trialId, clients, requests } = input;
	const paths = [
		'/v1/sweeps?limit=20',
		`/v1/sweeps/${sweepId}`,
		`/v1/sweeps/${sweepId}/leaderboard?limit=20`,
		`/v1/trials/${trialId}/metrics`,
	];
	const agent = new Agent({ keepAlive: true, maxSockets: clients });
	const read = async (no: number) => {
		const path = paths[no % paths.length] as string;
		const status = await statusOf(`${baseUrl}${path}`, agent);
		if (status !== 200) throw new Error(`${path} answered ${status}`);
	};
	const milliseconds: number[] = [];
	const numbers = Array.from({ length: requests }, (_, no) => no);
	await runWide(numbers.slice(0, requests / 10), clients, read);
	const seconds = await runWide(numbers, clients, async (no) => {
		const start = performance.now();
		await read(no);
		milliseconds.push(performance.now() - start);
	});
	agent.destroy();
	return { perSecond: requests / seconds, milliseconds: percentilesOf(milliseconds) };
}

/** Resolves when the whole body has come. */
function statusOf(url: string, agent: Agent): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		get(url, { agent }, (response) => {
			response.resume().on('end', () => resolve(response.statusCode));
			response.on('error', reject);
		}).on('error', reject);
	});
}
