import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricsPage, TrialPage, TrialWithAttempts } from '@basin/core/contracts/api.ts';
import { BasinError } from '@basin/core/contracts/errors.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleMetrics, sampleSweep } from '../../tests/support/samples.ts';
import { claimTrial } from './claim.ts';
import { getTrial } from './get.ts';
import { listTrials, type TrialQuery } from './list.ts';
import { listArtifacts } from './list-artifacts.ts';
import { listMetrics } from './list-metrics.ts';
import { recordEpoch } from './record-epoch.ts';

const { db } = await testDatabase();

const list = async (sweepId: string, query: Partial<TrialQuery> = {}) =>
	TrialPage.parse(await listTrials({ db, sweepId, query: { limit: 100, ...query } }));
const codeIs = (code: string) => (error: unknown) => error instanceof BasinError && error.code === code;

test('trials are listed by configuration and seed, page after page, without a gap or a repetition', async () => {
	const { sweepId } = await sampleSweep(db, { configurations: 3, seeds: [5, 1, 9] });
	const paged: [number, number][] = [];
	let cursor: string | undefined;
	do {
		const page = await list(sweepId, { limit: 2, cursor });
		paged.push(...page.items.map(({ configuration, seed }): [number, number] => [configuration.eta, seed]));
		cursor = page.nextCursor ?? undefined;
	} while (cursor !== undefined);
	assert.deepEqual(
		paged,
		[0.001, 0.002, 0.003].flatMap((eta) => [1, 5, 9].map((seed) => [eta, seed])),
	);
});

test('trials are found by state; a sweep with none of them is empty, one that is not there is an error', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 3 });
	await claimTrial({ db, trialId: trialIds[1]!, workerId: 'w', leaseSeconds: 60 });
	assert.deepEqual(
		(await list(sweepId, { state: 'running' })).items.map(({ id }) => id),
		[trialIds[1]],
	);
	assert.deepEqual((await list(sweepId, { state: 'failed' })).items, []);
	await assert.rejects(list('swp_none'), codeIs('sweep_not_found'));
	for (const cursor of ['x', 'WzFd', 'WyJhIiwxXQ'])
		await assert.rejects(list(sweepId, { cursor }), codeIs('invalid_request'));
});

test('a curve is read in parts, each from where the last one ended', async () => {
	const { trialIds } = await sampleSweep(db, { epochs: 5 });
	const trialId = trialIds[0]!;
	assert.deepEqual((await listMetrics({ db, trialId, limit: 2 })).items, []);
	await claimTrial({ db, trialId, workerId: 'w', leaseSeconds: 60 });
	for (let epoch = 1; epoch <= 5; epoch++)
		await recordEpoch({ db, trialId, attemptNo: 1, metrics: sampleMetrics(epoch) });
	const first = MetricsPage.parse(await listMetrics({ db, trialId, limit: 2 }));
	assert.deepEqual([first.items.map(({ epoch }) => epoch), first.nextCursor], [[1, 2], '2']);
	const rest = await listMetrics({ db, trialId, after: 2, limit: 3 });
	assert.deepEqual([rest.items.map(({ epoch }) => epoch), rest.nextCursor], [[3, 4, 5], null]);
});

test('a trial is what the contract says, before it starts too; one that is not there is an error', async () => {
	const { trialIds } = await sampleSweep(db);
	const trial = await getTrial({ db, trialId: trialIds[0]! });
	assert.deepEqual(TrialWithAttempts.parse(trial), trial);
	assert.deepEqual(await listArtifacts({ db, trialId: trialIds[0]! }), []);
	for (const read of [getTrial, listArtifacts]) {
		await assert.rejects(read({ db, trialId: 'trl_none' }), codeIs('trial_not_found'));
	}
	await assert.rejects(listMetrics({ db, trialId: 'trl_none', limit: 1 }), codeIs('trial_not_found'));
});
