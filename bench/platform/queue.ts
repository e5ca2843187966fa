import { waitFor } from '../../tests/support/wait.ts';
import type { BenchCloud } from './cloud.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import { postSweep } from './submit.ts';

const processes = 2;

/** Trials per second from the POST until the last has ended, through relay, queue and `2 × workers` workers that train nothing. */
export async function measureQueue(
	cloud: BenchCloud,
	baseUrl: string,
	input: { workers: number; trials: number },
): Promise<number> {
	const started = await Promise.all(
		Array.from({ length: processes }, () => cloud.startNoopWorkers(input.workers / processes)),
	);
	try {
		await untilCompleted(cloud, await postSweep(baseUrl, input.workers));
		const start = performance.now();
		await untilCompleted(cloud, await postSweep(baseUrl, input.trials));
		return (input.trials * 1000) / (performance.now() - start);
	} finally {
		await Promise.all(started.map((one) => one.stop()));
	}
}

async function untilCompleted({ db }: BenchCloud, sweepId: string): Promise<void> {
	await waitFor('the sweep to end', 120_000, async () => {
		const [row] = await db.sql<{ state: string }[]>`select state from sweep where id = ${sweepId}`;
		return row?.state === 'completed';
	});
	const [row] = await db.sql<{ results: number; attempts: number; trials: number }[]>`
		select count(*) as trials, count(result.trial_id) as results, sum(attempt_no) as attempts
		from trial left join result on result.trial_id = trial.id where trial.sweep_id = ${sweepId}`;
	if (row?.results !== row?.trials || row?.attempts !== row?.trials) {
		throw new Error(`of ${row?.trials} trials ${row?.results} have a result after ${row?.attempts} attempts`);
	}
}

/**
 * Milliseconds from the start of the POST's transaction to the start of the claim's, by the database's clock, of sweeps of
 * one trial while a worker waits: a little more than from commit to claim.
 */
export async function measureClaims(cloud: BenchCloud, baseUrl: string, times: number): Promise<Percentiles> {
	const worker = await cloud.startNoopWorkers(1);
	try {
		const sweepIds: string[] = [];
		for (let no = 0; no < times + 5; no++) {
			const sweepId = await postSweep(baseUrl, 1);
			await untilCompleted(cloud, sweepId);
			sweepIds.push(sweepId);
		}
		const rows = await cloud.db.sql<{ milliseconds: number }[]>`
			select extract(epoch from attempt.started_at - trial.created_at)::double precision * 1000 as milliseconds
			from trial join attempt on attempt.trial_id = trial.id where trial.sweep_id = any(${sweepIds.slice(5)})`;
		return percentilesOf(rows.map(({ milliseconds }) => milliseconds));
	} finally {
		await worker.stop();
	}
}
