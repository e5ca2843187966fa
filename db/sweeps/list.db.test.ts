import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultProject } from '@basin/core/contracts/access.ts';
import { SweepPage } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleDevice, sampleMetrics, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { claimTrial } from '../trials/claim.ts';
import { finishTrial } from '../trials/finish.ts';
import { recordEpoch } from '../trials/record-epoch.ts';
import { cancelSweep } from './cancel.ts';
import { getSweep } from './get.ts';
import { listSweeps, type SweepQuery } from './list.ts';

const { db } = await testDatabase();
const { sql } = db;

const list = async (query: Partial<SweepQuery> = {}) =>
	SweepPage.parse(await listSweeps({ db, projectId: defaultProject.id, query: { limit: 100, ...query } }));
const claim = (trialId: string) => claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 });
const finish = (trialId: string) =>
	finishTrial({ db, trialId, attemptNo: 1, result: sampleResult(), device: sampleDevice, artifacts: [] });

test('sweeps are listed newest first, page after page, without a gap or a repetition', async () => {
	await sql`delete from sweep`;
	const ids: string[] = [];
	for (let i = 0; i < 5; i++) ids.push((await sampleSweep(db)).sweepId);
	const paged: string[] = [];
	let cursor: string | undefined;
	do {
		const page = await list({ limit: 2, cursor });
		paged.push(...page.items.map(({ id }) => id));
		cursor = page.nextCursor ?? undefined;
	} while (cursor !== undefined);
	assert.deepEqual(paged, ids.toSorted().toReversed());
	await assert.rejects(
		list({ cursor: 'x' }),
		(error) => error instanceof BasinError && error.code === 'invalid_request',
	);
});

test('filters by state, label and part of the name', async () => {
	await sql`delete from sweep`;
	const { sweepId: one } = await sampleSweep(db, { name: 'Lecture grid 100%', labels: { team: 'vision', 'a:b': 'c' } });
	const { sweepId: other } = await sampleSweep(db, { name: 'quick_start', labels: { team: 'audio' } });
	await cancelSweep({ db, sweepId: other });
	const found = async (query: Partial<SweepQuery>) => (await list(query)).items.map(({ id }) => id);
	assert.deepEqual(await found({ state: 'cancelled' }), [other]);
	assert.deepEqual(await found({ label: 'team:vision' }), [one]);
	assert.deepEqual(await found({ label: 'team' }), [other, one]);
	assert.deepEqual(await found({ label: 'team:' }), []);
	assert.deepEqual(await found({ q: 'LECTURE' }), [one]);
	assert.deepEqual(await found({ q: '100%' }), [one]);
	assert.deepEqual(await found({ q: '%' }), [one], 'a per cent sign is only itself');
	assert.deepEqual(await found({ q: 'quick_s' }), [other]);
	assert.deepEqual(await found({ q: 'k_s', state: 'queued' }), []);
});

test('counts and progress follow the trials, and stay as they were when the sweep has ended', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 4, epochs: 10 });
	const [first, second] = trialIds as [string, string];
	await claim(first);
	await finish(first);
	await claim(second);
	for (const epoch of [1, 2, 3]) {
		await recordEpoch({ db, trialId: second, attemptNo: 1, metrics: sampleMetrics(epoch) });
	}
	const live = await getSweep({ db, sweepId });
	const zero = { pending: 0, queued: 0, running: 0, succeeded: 0, failed: 0, pruned: 0, cancelled: 0 };
	assert.deepEqual(live.counts, { ...zero, total: 4, pending: 2, running: 1, succeeded: 1 });
	assert.deepEqual(
		[live.progress.epochsDone, live.progress.epochsTotal, live.progress.fraction],
		[10 + 3, 40, 13 / 40],
	);
	assert.equal(live.best?.trialId, first);
	await finish(second);
	await cancelSweep({ db, sweepId });
	const ended = await getSweep({ db, sweepId });
	assert.deepEqual(ended.counts, { ...zero, total: 4, succeeded: 2, cancelled: 2 });
	assert.deepEqual([ended.progress.fraction, ended.progress.etaSeconds], [1, null]);
	const { items } = await list({ state: 'cancelled' });
	const { spec, configurations, trainSize, devices, ...summary } = ended;
	assert.deepEqual(
		items.find(({ id }) => id === sweepId),
		summary,
	);
	assert.deepEqual([configurations, trainSize, devices], [4, 54_000, [sampleDevice]]);
});

test('the time that is left comes from measured updates, what is to be done and how many work on it', async () => {
	// A model of its own: speeds are kept by model, and other tests have measured others.
	const { sweepId, trialIds } = await sampleSweep(db, {
		configurations: 6,
		epochs: 2,
		model: { preset: 'mlp', hidden: [7] },
	});
	assert.equal((await getSweep({ db, sweepId })).progress.etaSeconds, null, 'nothing has been measured');
	await claim(trialIds[0]!);
	await finish(trialIds[0]!);
	assert.equal((await getSweep({ db, sweepId })).progress.etaSeconds, null, 'nothing is running');
	for (const trialId of trialIds.slice(1, 3)) await claim(trialId);
	await recordEpoch({ db, trialId: trialIds[1]!, attemptNo: 1, metrics: sampleMetrics(1) });
	// 540 updates of 0.4 ms and 0.01 s of validation an epoch, 0.04 s more a trial; 5 trials of 2 epochs, 1 epoch done.
	const expected = (5 * (0.04 + 2 * (540 * 0.0004 + 0.01)) - (540 * 0.0004 + 0.01)) / 2;
	const { etaSeconds } = (await getSweep({ db, sweepId })).progress;
	assert.ok(Math.abs(etaSeconds! - expected) < 1e-9, `${etaSeconds} is not ${expected}`);
});
