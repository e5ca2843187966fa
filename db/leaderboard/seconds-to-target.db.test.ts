import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultProject } from '@basin/core/contracts/access.ts';
import type { FinishedResult } from '@basin/core/contracts/training.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleDevice, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { claimTrial } from '../trials/claim.ts';
import { finishTrial } from '../trials/finish.ts';
import { getTrial } from '../trials/get.ts';
import { rankAcrossSweeps } from './across.ts';
import { rankSweep } from './rank.ts';

const { db } = await testDatabase();

/** Accuracies that rose, with the second at which each was reached. */
type Curve = [valAccuracy: number, trainSeconds: number][];

async function finish(trialId: string, curve: Curve | null): Promise<void> {
	await claimTrial({ db, trialId, workerId: 'worker', leaseSeconds: 60 });
	const milestones = curve?.map(([valAccuracy, trainSeconds]) => ({ valAccuracy, trainSeconds }));
	const result: FinishedResult = {
		...sampleResult({ valAccuracy: curve?.at(-1)?.[0] ?? 0.99 }),
		...(milestones && { milestones }),
	};
	assert.ok(await finishTrial({ db, trialId, attemptNo: 1, result, device: sampleDevice, artifacts: [] }));
}

async function sweepOf(configurations: (Curve | null)[][]): Promise<{ sweepId: string; trialIds: string[] }> {
	const seeds = configurations[0]!.map((_, seed) => seed);
	const sweep = await sampleSweep(db, { configurations: configurations.length, seeds });
	for (const [i, curve] of configurations.flat().entries()) await finish(sweep.trialIds[i]!, curve);
	return sweep;
}

const rank = async (sweepId: string, target: number) =>
	(await rankSweep({ db, sweepId, query: { rankBy: 'secondsToTarget', target, accuracy: 'best', limit: 100 } })).items;

const summary = (items: Awaited<ReturnType<typeof rank>>) =>
	items.map(({ configuration, secondsToTarget }) => [configuration.eta * 1000, secondsToTarget]);

const steep: Curve = [
	[0.9, 1],
	[0.97, 4],
];
const flat: Curve = [
	[0.5, 1],
	[0.95, 2],
	[0.98, 9],
];

test('each target has its own order: the seconds until the first epoch that reached it', async () => {
	const { sweepId } = await sweepOf([[steep], [flat]]);
	assert.deepEqual(summary(await rank(sweepId, 0.9)), [
		[1, 1],
		[2, 2],
	]);
	assert.deepEqual(summary(await rank(sweepId, 0.95)), [
		[2, 2],
		[1, 4],
	]);
	assert.deepEqual(summary(await rank(sweepId, 0.97)), [
		[1, 4],
		[2, 9],
	]);
	assert.deepEqual(summary(await rank(sweepId, 0.971)), [
		[2, 9],
		[1, null],
	]);
	assert.deepEqual(summary(await rank(sweepId, 1)), [
		[2, null],
		[1, null],
	]);
});

test('over seeds it is the median, a seed that never reached the target is later than all, and an interval needs all of them', async () => {
	const at = (seconds: number): Curve => [[0.97, seconds]];
	const never: Curve = [[0.5, 1]];
	const { sweepId } = await sweepOf([
		[at(3), at(5), never],
		[at(1), never, never],
		[at(4), at(9), at(5)],
		[at(2), at(2), at(2)],
	]);
	const items = await rank(sweepId, 0.97);
	assert.deepEqual(summary(items), [
		[4, 2],
		[3, 5],
		[1, 5],
		[2, null],
	]);
	assert.deepEqual(
		items.map(({ tiedWith }) => tiedWith),
		[1, 1, null, null],
	);
});

test('a result from before there were milestones is ranked as one that never reached the target', async () => {
	const { sweepId } = await sweepOf([[null], [flat]]);
	assert.deepEqual(summary(await rank(sweepId, 0.5)), [
		[2, 1],
		[1, null],
	]);
});

test('a result that comes while the sweep runs is in the next answer', async () => {
	const { sweepId, trialIds } = await sampleSweep(db, { configurations: 2, seeds: [0, 1] });
	await finish(trialIds[0]!, [[0.9, 6]]);
	await finish(trialIds[2]!, [[0.9, 3]]);
	assert.deepEqual(summary(await rank(sweepId, 0.9)), [
		[2, 3],
		[1, 6],
	]);
	await finish(trialIds[3]!, [[0.9, 13]]);
	assert.deepEqual(summary(await rank(sweepId, 0.9)), [
		[1, 6],
		[2, 8],
	]);
});

test('across sweeps the same numbers rank, and no trial shows its milestones', async () => {
	const spec = { dataset: { name: 'fashion-mnist' as const } };
	const one = await sampleSweep(db, { ...spec, configurations: 1 });
	const other = await sampleSweep(db, { ...spec, configurations: 1 });
	await finish(one.trialIds[0]!, flat);
	await finish(other.trialIds[0]!, steep);
	const query = { dataset: 'fashion-mnist', model: 'softmax', rankBy: 'secondsToTarget', limit: 10 } as const;
	const across = async (target: number) =>
		(await rankAcrossSweeps({ db, projectId: defaultProject.id, query: { ...query, target } })).items.map(
			({ sweep, secondsToTarget }) => [sweep.id, secondsToTarget],
		);
	assert.deepEqual(await across(0.97), [
		[other.sweepId, 4],
		[one.sweepId, 9],
	]);
	assert.deepEqual(await across(0.98), [
		[one.sweepId, 9],
		[other.sweepId, null],
	]);
	assert.ok(!('milestones' in (await getTrial({ db, trialId: one.trialIds[0]! })).result!));
});
