import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { everything, sampleDevice, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { rankSweep } from '../leaderboard/rank.ts';
import { cancelSweep } from '../sweeps/cancel.ts';
import { getSweep } from '../sweeps/get.ts';
import { pauseSweep } from '../sweeps/pause.ts';
import { stopSweep } from '../sweeps/stop.ts';
import { cancelTrial } from './cancel.ts';
import { claimTrial } from './claim.ts';
import { failTrial } from './fail.ts';
import { finishTrial } from './finish.ts';
import { getTrial } from './get.ts';
import { retryTrial } from './retry.ts';

const { db } = await testDatabase();
const { sql } = db;

const retry = (trialId: string) => retryTrial({ db, trialId });
const codeIs = (code: string) => (error: unknown) => error instanceof BasinError && error.code === code;
async function claim(trialId: string): Promise<number> {
	return (await claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 }))!.attemptNo;
}
async function fail(trialId: string): Promise<void> {
	const attemptNo = await claim(trialId);
	await failTrial({ db, trialId, attemptNo, reason: 'bad_config', message: 'no', device: sampleDevice, artifacts: [] });
}
async function succeed(trialId: string): Promise<void> {
	const attemptNo = await claim(trialId);
	await finishTrial({ db, trialId, attemptNo, result: sampleResult(), device: sampleDevice, artifacts: [] });
}

test('only the failed trial that is asked for runs again; the others, failed or not, stay, and the sweep is open', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 3 });
	const [good, bad, other] = trialIds as [string, string, string];
	await succeed(good);
	await fail(bad);
	await fail(other);
	const rowsOf = () => sql`select * from trial where id in (${good}, ${other}) order by id`;
	const before = await rowsOf();
	const trial = await retry(bad);
	assert.deepEqual([trial.state, trial.reason, trial.attempts.length], ['queued', null, 1]);
	assert.deepEqual(await rowsOf(), before);
	const sweep = await getSweep({ db, sweepId });
	assert.deepEqual([sweep.state, sweep.counts.failed, sweep.counts.queued], ['running', 1, 1]);
	const query = { rankBy: 'valAccuracy', accuracy: 'best', limit: 100 } as const;
	assert.equal((await rankSweep({ db, sweepId, query })).items.length, 2, 'the board forgets its failure only');
	await succeed(bad);
	assert.equal((await getTrial({ db, trialId: bad })).attempts.length, 2);
	assert.equal((await getSweep({ db, sweepId })).state, 'completed');
});

test('asked again, it changes no more; what waits, runs or ended otherwise is not touched', async () => {
	const { trialIds } = await sampleSweep(db, { configurations: 4 });
	const [failed, good, cancelled, running] = trialIds as [string, string, string, string];
	await fail(failed);
	await succeed(good);
	await cancelTrial({ db, trialId: cancelled });
	await claim(running);
	await retry(failed);
	const before = await everything(db);
	for (const trialId of [failed, running]) await retry(trialId);
	for (const trialId of [good, cancelled]) await assert.rejects(retry(trialId), codeIs('already_terminal'));
	await assert.rejects(retry('trl_none'), codeIs('trial_not_found'));
	assert.deepEqual(await everything(db), before);
});

test('of a sweep on its way to its end nothing is tried again; of a paused one it waits without a message', async () => {
	for (const end of [stopSweep, cancelSweep]) {
		const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
		await fail(trialIds[0]!);
		await claim(trialIds[1]!);
		await end({ db, sweepId });
		const before = await everything(db);
		await assert.rejects(retry(trialIds[0]!), codeIs('state_conflict'));
		assert.deepEqual(await everything(db), before);
	}
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2 });
	await fail(trialIds[0]!);
	await pauseSweep({ db, sweepId });
	assert.equal((await retry(trialIds[0]!)).state, 'queued');
	assert.equal((await sql`select from outbox where trial_id = ${trialIds[0]!}`).length, 0);
});
