import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Baseline, BaselinePage, DeletedBaseline, GateReport } from '@basin/core/contracts/gates.ts';
import { deleteSweep } from '@basin/db/sweeps/delete.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleDevice, sampleResult, sampleSweep } from '../../tests/support/samples.ts';
import { post, read, readProblem, testApp } from './testing/app.ts';

const { db } = await testDatabase();
const { app } = testApp({ db });

/** An ended sweep of one configuration; a null is a seed that diverged. */
async function endedSweep(accuracies: (number | null)[], epochSeconds = 0.2): Promise<string> {
	const { sweepId, trialIds } = await sampleSweep(db, { seeds: accuracies.map((_, seed) => seed) });
	for (const [i, trialId] of trialIds.entries()) {
		const valAccuracy = accuracies[i]!;
		await claimTrial({ db, trialId, workerId: 'test', leaseSeconds: 60 });
		const ending = { db, trialId, attemptNo: 1, device: sampleDevice, artifacts: [] };
		if (valAccuracy === null) await failTrial({ ...ending, reason: 'diverged', message: 'The loss was not finite.' });
		else {
			const result = sampleResult({ valAccuracy, epochSecondsMedian: epochSeconds * (1 + i / 1000) });
			await finishTrial({ ...ending, result });
		}
	}
	return sweepId;
}

const put = (name: string, body: unknown) =>
	app.request(`/v1/baselines/${name}`, {
		method: 'PUT',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
const gate = (sweepId: string, body: unknown) => post(app, `/v1/sweeps/${sweepId}/gate`, body);

const good = [0.971, 0.973, 0.972];
const bad = [0.941, 0.944, 0.942];

test('a baseline is set, shown, listed, replaced and forgotten', async () => {
	const [first, second] = [await endedSweep(good), await endedSweep(bad)];
	const set = await read(await put('main', { sweepId: first }), 200, Baseline);
	assert.deepEqual([set.name, set.sweepId, set.configurations, set.trials], ['main', first, 1, 3]);
	assert.deepEqual(await read(await app.request('/v1/baselines/main'), 200, Baseline), set);
	const again = await read(await put('main', { sweepId: second }), 200, Baseline);
	assert.equal(again.sweepId, second);
	await put('a.release-1', { sweepId: first });
	const page = await read(await app.request('/v1/baselines?limit=1'), 200, BaselinePage);
	assert.deepEqual(
		page.items.map(({ name }) => name),
		['a.release-1'],
	);
	const rest = await read(await app.request(`/v1/baselines?cursor=${page.nextCursor}`), 200, BaselinePage);
	assert.deepEqual([rest.items.map(({ name }) => name), rest.nextCursor], [['main'], null]);
	await read(await app.request('/v1/baselines/main', { method: 'DELETE' }), 200, DeletedBaseline);
	await readProblem(await app.request('/v1/baselines/main'), 404, 'baseline_not_found');
	await readProblem(await app.request('/v1/baselines/main', { method: 'DELETE' }), 404, 'baseline_not_found');
});

test('a baseline outlives its sweep', async () => {
	const before = await endedSweep(good);
	await put('outlives', { sweepId: before });
	const sweep = await endedSweep(bad);
	const report = await read(await gate(sweep, { baseline: 'outlives' }), 200, GateReport);
	await deleteSweep({ db, sweepId: before });
	assert.deepEqual(await read(await gate(sweep, { baseline: 'outlives' }), 200, GateReport), report);
	await readProblem(await gate(sweep, { against: before }), 404, 'sweep_not_found');
});

test('a gate tells a real regression, noise and lost seeds apart, against a baseline as against its sweep', async () => {
	const before = await endedSweep(good);
	await put('gate', { sweepId: before });
	const verdicts: [sweepId: string, verdict: string][] = [
		[await endedSweep(bad), 'regression'],
		[await endedSweep([0.972, 0.9705, 0.973]), 'passed'],
		[await endedSweep([0.971, null, 0.972]), 'regression'],
		[await endedSweep(good, 0.3), 'regression'],
	];
	const metrics = [
		{ metric: 'valAccuracy', maxDrop: 0.005 },
		{ metric: 'epochSeconds', maxRise: '10%' },
	];
	for (const [sweepId, verdict] of verdicts) {
		const report = await read(await gate(sweepId, { baseline: 'gate', metrics }), 200, GateReport);
		assert.deepEqual([report.verdict, report.baseline], [verdict, { name: 'gate', sweepId: before }]);
		const same = await read(await gate(sweepId, { against: before, metrics }), 200, GateReport);
		assert.deepEqual({ ...same, baseline: null }, { ...report, baseline: null });
	}
});

test('a sweep that runs, or of which nothing succeeded, is no baseline and is not judged', async () => {
	const { sweepId: running } = await sampleSweep(db);
	const failed = await endedSweep([null, null]);
	const ended = await endedSweep(good);
	await readProblem(await put('none', { sweepId: running }), 409, 'not_terminal');
	await readProblem(await put('none', { sweepId: failed }), 422, 'not_comparable');
	await readProblem(await gate(running, { against: ended }), 409, 'not_terminal');
	await readProblem(await gate(ended, { against: running }), 409, 'not_terminal');
	await readProblem(await gate(failed, { against: ended }), 422, 'not_comparable');
	await readProblem(await gate(ended, { baseline: 'none' }), 404, 'baseline_not_found');
});

test('what cannot be meant is refused with its place', async () => {
	const sweepId = await endedSweep(good);
	const cases: [body: object, pointer: string][] = [
		[{}, ''],
		[{ baseline: 'main', against: sweepId }, ''],
		[{ baseline: 'main', metrics: [{ metric: 'valAccuracy', maxRise: 1 }] }, '/metrics/0/max'],
		[{ baseline: 'main', metrics: [{ metric: 'valAccuracy', maxDrop: 'some' }] }, '/metrics/0/maxDrop'],
		[{ baseline: 'main', metrics: Array(2).fill({ metric: 'valAccuracy', maxDrop: 0 }) }, '/metrics/1'],
		[{ baseline: 'main', alpha: 0.9 }, '/alpha'],
		[{ baseline: 'a/b' }, '/baseline'],
	];
	for (const [body, pointer] of cases) {
		const { errors } = await readProblem(await gate(sweepId, body), 422, 'invalid_spec');
		assert.ok(errors?.[0]?.pointer.startsWith(pointer), JSON.stringify(errors));
		assert.doesNotMatch(errors![0]!.message, /^is not valid$/);
	}
	const problem = await readProblem(await put('a b', { sweepId }), 404, 'baseline_not_found');
	assert.match(problem.detail, /^The name of a baseline must be 1 to 63 of letters, digits/);
});
