import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { type Percentiles, percentilesOf, timeEach } from './percentiles.ts';

/** `trials` configurations that differ in η, of which every POST makes a sweep of its own. */
export function specOf(trials: number): SweepSpecInput {
	const eta = Array.from({ length: trials }, (_, no) => (no + 1) / 10_000);
	return { name: 'bench', dataset: { name: 'mnist' }, model: { preset: 'mlp' }, grid: { eta }, epochs: 1 };
}

export async function postSweep(baseUrl: string, trials: number): Promise<string> {
	const response = await fetch(`${baseUrl}/v1/sweeps`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(specOf(trials)),
	});
	const answer = (await response.json()) as { id: string };
	if (response.status !== 201) throw new Error(`POST answered ${response.status}: ${JSON.stringify(answer)}`);
	return answer.id;
}

/** Milliseconds from the request to the whole answer of a POST that makes so many trials, one after the other. */
export async function measurePosts(baseUrl: string, trials: number, times: number): Promise<Percentiles> {
	await timeEach(5, () => postSweep(baseUrl, trials));
	return percentilesOf(await timeEach(times, () => postSweep(baseUrl, trials)));
}

export async function cancelSweep(baseUrl: string, sweepId: string): Promise<void> {
	const response = await fetch(`${baseUrl}/v1/sweeps/${sweepId}/cancel`, { method: 'POST' });
	if (!response.ok) throw new Error(`cancel answered ${response.status}`);
}
