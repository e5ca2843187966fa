/**
 * What claiming and finishing a trial costs the database, in µs of processor time of the one connection that does it: unlike a
 * rate, other load changes it little. Linux only. usage: node bench/trial-cost.ts [--trials 2000]
 * To compare two commits, run both in turns.
 */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type { Db } from '@basin/db/client.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { sampleDevice, sampleResult, sampleSweep } from '../tests/support/samples.ts';
import { startBenchCloud } from './platform/cloud.ts';

const block = 50;

/** Medians over blocks of trials, µs of a trial. */
async function measure(owner: Db, worker: Db, trials: number, seeds: number[]) {
	const { trialIds } = await sampleSweep(owner, { configurations: trials / seeds.length, seeds });
	const [row] = await worker.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
	const spent = () => Number(readFileSync(`/proc/${row?.pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;
	const costs = { claim: [] as number[], finish: [] as number[] };
	for (let at = 0; at < trialIds.length; at += block) {
		const some = trialIds.slice(at, at + block);
		const before = spent();
		for (const trialId of some) await claimTrial({ db: worker, trialId, workerId: 'bench', leaseSeconds: 600 });
		const claimed = spent();
		const attempt = { db: worker, attemptNo: 1, device: sampleDevice, artifacts: [] };
		for (const trialId of some) await finishTrial({ ...attempt, trialId, result: sampleResult() });
		costs.claim.push((claimed - before) / some.length);
		costs.finish.push((spent() - claimed) / some.length);
	}
	return { claim: medianOf(costs.claim), finish: medianOf(costs.finish) };
}

const medianOf = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

const { values } = parseArgs({ options: { trials: { type: 'string', default: '2000' } } });
const cloud = await startBenchCloud();
try {
	const worker = cloud.openAsWorker(1);
	for (const seeds of [[0], [0, 1, 2, 3]]) {
		const { claim, finish } = await measure(cloud.db, worker, Number(values.trials), seeds);
		console.log(`${seeds.length} seeds each: claim ${claim.toFixed(0)} µs, finish ${finish.toFixed(0)} µs`);
	}
} finally {
	await cloud.stop();
}
process.exit(0);
