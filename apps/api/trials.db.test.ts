import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ArtifactPage, DatasetPage, MetricsPage, TrialWithAttempts } from '@basin/core/contracts/api.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { recordEpoch } from '@basin/db/trials/record-epoch.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleArtifact, sampleDevice, sampleMetrics, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { read, readProblem, testApp } from './testing/app.ts';

const { db } = await testDatabase();
const { app } = testApp({ db });
const unknownId = `trl_${'0'.repeat(26)}`;

const get = async (trialId: string) => read(await app.request(`/v1/trials/${trialId}`), 200, TrialWithAttempts);
const cancel = (trialId: string) => app.request(`/v1/trials/${trialId}/cancel`, { method: 'POST' });

async function running(): Promise<{ trialId: string; attemptNo: number }> {
	const { trialIds } = await sampleSweep(db, { epochs: 3 });
	const trialId = trialIds[0]!;
	const assignment = await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 });
	return { trialId, attemptNo: assignment!.attemptNo };
}

it('a trial is told with its attempts, from waiting to its result', async () => {
	const { trialIds } = await sampleSweep(db);
	const trialId = trialIds[0]!;
	assert.deepEqual((await get(trialId)).attempts, []);
	const { attemptNo } = (await claimTrial({ db, trialId, workerId: 'w1', leaseSeconds: 60 }))!;
	assert.equal((await get(trialId)).state, 'running');
	const artifacts = [
		sampleArtifact(trialId, attemptNo, 'model.onnx'),
		sampleArtifact(trialId, attemptNo, 'plots/loss.png'),
	];
	await finishTrial({ db, trialId, attemptNo, result: sampleResult(), device: sampleDevice, artifacts });
	const trial = await get(trialId);
	assert.equal(trial.state, 'succeeded');
	assert.deepEqual(trial.result, sampleResult());
	assert.deepEqual(
		trial.attempts.map(({ outcome, workerId }) => [outcome, workerId]),
		[['succeeded', 'w1']],
	);

	const { items } = await read(await app.request(`/v1/trials/${trialId}/artifacts`), 200, ArtifactPage);
	assert.deepEqual(
		items.map(({ name, url }) => [name, url]),
		[
			['model.onnx', `http://store.test/${artifacts[0]!.key}?as=${trialId}-model.onnx`],
			['plots/loss.png', `http://store.test/${artifacts[1]!.key}?as=${trialId}-plots-loss.png`],
		],
	);
	assert.ok(!('key' in items[0]!), 'where the store keeps it is nobody’s business');
});

it('epochs come in order, after the one that the caller has', async () => {
	const { trialId, attemptNo } = await running();
	for (const epoch of [1, 2, 3])
		assert.ok(await recordEpoch({ db, trialId, attemptNo, metrics: sampleMetrics(epoch) }));
	const epochs = async (query: string) => {
		const page = await read(await app.request(`/v1/trials/${trialId}/metrics${query}`), 200, MetricsPage);
		return { epochs: page.items.map(({ epoch }) => epoch), next: page.nextCursor };
	};
	assert.deepEqual(await epochs(''), { epochs: [1, 2, 3], next: null });
	assert.deepEqual(await epochs('?after=2'), { epochs: [3], next: null });
	assert.deepEqual(await epochs('?after=3'), { epochs: [], next: null });
	const { epochs: first, next } = await epochs('?limit=2');
	assert.deepEqual(first, [1, 2]);
	assert.deepEqual(await epochs(`?limit=2&after=${next}`), { epochs: [3], next: null });
});

it('an epoch whose loss was not a number is told as null', async () => {
	const { trialId, attemptNo } = await running();
	const metrics = sampleMetrics(1, { trainLoss: null, valLoss: null });
	assert.ok(await recordEpoch({ db, trialId, attemptNo, metrics }));
	const { items } = await read(await app.request(`/v1/trials/${trialId}/metrics`), 200, MetricsPage);
	assert.equal(items[0]?.trainLoss, null);
});

describe('cancelling one trial', () => {
	it('that waits ends it now, and again it is a 409', async () => {
		const { trialIds } = await sampleSweep(db, { configurations: 2 });
		const trial = await read(await cancel(trialIds[0]!), 200, TrialWithAttempts);
		assert.equal(trial.state, 'cancelled');
		assert.equal((await get(trialIds[1]!)).state, 'pending');
		await readProblem(await cancel(trialIds[0]!), 409, 'already_terminal');
	});

	it('that runs leaves the end to its worker', async () => {
		const { trialId } = await running();
		assert.equal((await read(await cancel(trialId), 200, TrialWithAttempts)).state, 'running');
	});
});

it('a trial that does not exist is a 404 everywhere', async () => {
	for (const path of ['', '/metrics', '/artifacts']) {
		await readProblem(await app.request(`/v1/trials/${unknownId}${path}`), 404, 'trial_not_found');
	}
	await readProblem(await cancel(unknownId), 404, 'trial_not_found');
});

it('the built-in data sets are listed with their sizes', async () => {
	const { items } = await read(await app.request('/v1/datasets'), 200, DatasetPage);
	assert.deepEqual(
		items.map(({ name, inputShape, classes, trainSize, testSize }) => [name, inputShape, classes, trainSize, testSize]),
		[
			['mnist', [28, 28, 1], 10, 60_000, 10_000],
			['fashion-mnist', [28, 28, 1], 10, 60_000, 10_000],
			['cifar10', [32, 32, 3], 10, 50_000, 10_000],
			['spirals', [2], 3, 6_000, 3_000],
		],
	);
});
