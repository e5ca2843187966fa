import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultProject } from '@basin/core/contracts/access.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { SweepExtension, type SweepExtensionInput } from '@basin/core/contracts/sweep-extension.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { everything, sampleDevice, sampleResult, sampleSpec } from '../../tests/support/samples.ts';
import { rankSweep } from '../leaderboard/rank.ts';
import { claimTrial } from '../trials/claim.ts';
import { finishTrial } from '../trials/finish.ts';
import { cancelSweep } from './cancel.ts';
import { createSweep } from './create.ts';
import { extendSweep } from './extend.ts';
import { getSweep } from './get.ts';
import { pauseSweep } from './pause.ts';
import { stopSweep } from './stop.ts';

const { db } = await testDatabase();
const { sql } = db;

/** A sweep of B = 100, η = 0.1 and 0.2, with one seed. */
async function smallSweep(): Promise<string> {
	const spec = sampleSpec({ grid: { batchSize: [100], eta: [0.1, 0.2] }, seeds: [0] });
	const configurations = [0.1, 0.2].map((eta) => ({ batchSize: 100, eta, lambda: 0 }));
	return (await createSweep({ db, input: { projectId: defaultProject.id, spec, configurations, trainSize: 54_000 } }))
		.sweep.id;
}
const extend = (sweepId: string, extension: SweepExtensionInput) =>
	extendSweep({ db, sweepId, extension: SweepExtension.parse(extension) });
const trialsOf = (sweepId: string) =>
	sql<{ id: string; state: string }[]>`select id, state from trial where sweep_id = ${sweepId} order by id`;
const codeIs = (code: string) => (error: unknown) => error instanceof BasinError && error.code === code;

async function finishAll(sweepId: string): Promise<void> {
	for (const { id: trialId, state } of await trialsOf(sweepId)) {
		if (state === 'succeeded') continue;
		assert.ok(await claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 }));
		const end = { attemptNo: 1, result: sampleResult(), device: sampleDevice, artifacts: [] };
		assert.ok(await finishTrial({ db, trialId, ...end }));
	}
}

test('an ended sweep gets the trials that are missing, keeps those it has byte for byte, and ends again', async () => {
	const sweepId = await smallSweep();
	await finishAll(sweepId);
	const read = () => sql`
		select trial, result from trial join result on result.trial_id = trial.id
		where trial.sweep_id = ${sweepId} and trial.seed = 0 and trial.configuration_no < 2 order by trial.id`;
	const before = await read();
	const extended = await extend(sweepId, { seeds: [1], grid: { eta: [0.3] } });
	assert.deepEqual(extended.added, { configurations: 1, seeds: 1, trials: 4 });
	assert.deepEqual(
		[
			extended.state,
			extended.configurations,
			extended.counts.total,
			extended.counts.succeeded,
			extended.counts.pending,
		],
		['running', 3, 6, 2, 4],
	);
	assert.deepEqual(extended.spec.grid?.eta, [0.1, 0.2, 0.3]);
	assert.deepEqual(extended.spec.seeds, [0, 1]);
	assert.deepEqual(await read(), before);
	const unsent = await sql`
		select from trial where sweep_id = ${sweepId} and state = 'pending'
			and exists (select from outbox where trial_id = trial.id and dispatch_no = trial.dispatch_no)`;
	assert.equal(unsent.length, 4);
	await finishAll(sweepId);
	const ended = await getSweep({ db, sweepId });
	assert.deepEqual([ended.state, ended.counts.succeeded], ['completed', 6]);
	const { items } = await rankSweep({ db, sweepId, query: { rankBy: 'valAccuracy', accuracy: 'best', limit: 10 } });
	assert.deepEqual(
		items.map(({ seeds }) => [seeds.succeeded, seeds.total]),
		[
			[2, 2],
			[2, 2],
			[2, 2],
		],
	);
});

test('the same extension again adds nothing, changes nothing and says what is there', async () => {
	const sweepId = await smallSweep();
	const extension = { seeds: [0, 1], grid: { eta: [0.2] } };
	assert.equal((await extend(sweepId, extension)).added.trials, 2);
	const before = await everything(db);
	const again = await extend(sweepId, extension);
	assert.deepEqual(again.added, { configurations: 0, seeds: 0, trials: 0 });
	assert.deepEqual(
		again.skipped.map(({ pointer }) => pointer),
		['/seeds/0', '/seeds/1', '/grid/eta/0'],
	);
	assert.deepEqual(await everything(db), before);
});

test('extensions at once add each trial once', async () => {
	const sweepId = await smallSweep();
	const answers = await Promise.all(
		[[1, 2], [2, 3], [1, 3], [3]].map((seeds) => extend(sweepId, { seeds, grid: { eta: [0.3] } })),
	);
	assert.equal(
		answers.reduce((sum, { added }) => sum + added.trials, 0),
		3 * 4 - 2,
	);
	const { counts, configurations } = await getSweep({ db, sweepId });
	assert.deepEqual([counts.total, configurations, (await trialsOf(sweepId)).length], [12, 3, 12]);
});

test('a sweep on its way to its end is not extended; a paused one keeps the new trials waiting', async () => {
	for (const end of [stopSweep, cancelSweep]) {
		const sweepId = await smallSweep();
		const [first] = await trialsOf(sweepId);
		await claimTrial({ db, trialId: first!.id, workerId: 'worker', leaseSeconds: 60 });
		await end({ db, sweepId });
		const before = await everything(db);
		await assert.rejects(extend(sweepId, { seeds: [1] }), codeIs('state_conflict'));
		assert.deepEqual(await everything(db), before);
	}
	const sweepId = await smallSweep();
	await pauseSweep({ db, sweepId });
	const paused = await extend(sweepId, { seeds: [1] });
	assert.deepEqual([paused.state, paused.counts.pending], ['paused', 4]);
	const unsent = await sql`select from outbox join trial on trial.id = trial_id where sweep_id = ${sweepId}`;
	assert.equal(unsent.length, 0);
	await assert.rejects(extend('swp_none', { seeds: [1] }), codeIs('sweep_not_found'));
});

test('an extension that is refused leaves the sweep as it was', async () => {
	const sweepId = await smallSweep();
	const before = await everything(db);
	await assert.rejects(extend(sweepId, { seeds: [1], grid: { batchSize: [60_000] } }), codeIs('invalid_spec'));
	assert.deepEqual(await everything(db), before);
});
