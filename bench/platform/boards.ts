import type { Db } from '@basin/db/client.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { sampleDevice, sampleResult } from '../../tests/support/samples.ts';
import { type Percentiles, percentilesOf, timeEach } from './percentiles.ts';

/** Milliseconds of the first hundred places of a sweep's board, by accuracy, over HTTP. */
export async function measureBoardOverHttp(baseUrl: string, sweepId: string, times: number): Promise<Percentiles> {
	const read = () => readBoard(baseUrl, sweepId);
	await timeEach(20, read);
	return percentilesOf(await timeEach(times, read));
}

/** The same while the sweep runs: before every third read one of its trials is claimed and finished, outside of what is timed. */
export async function measureRunningBoard(
	{ db, baseUrl }: { db: Db; baseUrl: string },
	{ sweepId, trialIds }: { sweepId: string; trialIds: readonly string[] },
): Promise<Percentiles> {
	const milliseconds: number[] = [];
	for (const trialId of trialIds) {
		await claimTrial({ db, trialId, workerId: 'bench', leaseSeconds: 60 });
		// Ever better, so that its configuration is the first of the next read.
		const result = sampleResult({ valAccuracy: 2 + milliseconds.length, epochSecondsMedian: 0.1 + Math.random() });
		const kept = await finishTrial({ db, trialId, attemptNo: 1, result, device: sampleDevice, artifacts: [] });
		if (!kept) throw new Error(`${trialId} was refused`);
		const reads = await timeEach(3, async () => {
			const [first] = await readBoard(baseUrl, sweepId);
			if (first?.bestTrialId !== trialId) throw new Error('the board is not of now');
		});
		milliseconds.push(...reads);
	}
	return percentilesOf(milliseconds.slice(30));
}

async function readBoard(baseUrl: string, sweepId: string): Promise<{ bestTrialId: string }[]> {
	const response = await fetch(`${baseUrl}/v1/sweeps/${sweepId}/leaderboard?limit=100`);
	const { items } = (await response.json()) as { items: { bestTrialId: string }[] };
	if (response.status !== 200 || items.length !== 100) throw new Error(`the board answered ${response.status}`);
	return items;
}
