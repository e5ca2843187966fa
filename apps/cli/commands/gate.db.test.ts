import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createApp } from '@basin/api/app.ts';
import { startServer } from '@basin/api/server.ts';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { testDatabase } from '../../../tests/support/postgres.ts';
import { sampleDevice, sampleResult, sampleSweep } from '../../../tests/support/samples.ts';
import { callBasin, temporaryFolder } from '../testing/run-basin.ts';

const { db } = await testDatabase();

async function startApi(t: TestContext): Promise<string> {
	const app = createApp({
		db,
		log: { info: () => {}, warn: () => {}, error: () => {} },
		presign: async () => 'http://store.test/',
		datasets: { presignPut: async () => 'http://store.test/', read: async () => null, write: async () => {} },
		deleteObjects: async () => {},
		ready: async () => ({ deadLettersLastDay: 0 }),
		access: { open: true },
	});
	const server = await startServer({ app, host: '127.0.0.1', port: 0 });
	t.after(() => server.stop({ graceMs: 0 }));
	return server.url;
}

/** A sweep of one configuration, an accuracy for each seed; null diverges. */
async function endedSweep(accuracies: (number | null)[]): Promise<string> {
	const { sweepId, trialIds } = await sampleSweep(db, { seeds: accuracies.map((_, seed) => seed) });
	for (const [i, trialId] of trialIds.entries()) {
		const valAccuracy = accuracies[i]!;
		await claimTrial({ db, trialId, workerId: 'test', leaseSeconds: 60 });
		const ending = { db, trialId, attemptNo: 1, device: sampleDevice, artifacts: [] };
		if (valAccuracy === null) await failTrial({ ...ending, reason: 'diverged', message: 'The loss was not finite.' });
		else await finishTrial({ ...ending, result: sampleResult({ valAccuracy }) });
	}
	return sweepId;
}

const good = [0.971, 0.973, 0.972];
const bad = [0.941, 0.944, 0.942];
const rules = ['--metric', 'valAccuracy', '--max-drop', '0.005', '--metric', 'epochSeconds', '--max-rise', '10%'];

test('gate exits 0 without and 2 with a regression, and prints the table with its reasons', async (t) => {
	const url = await startApi(t);
	const set = await callBasin(['baseline', 'set', 'main', await endedSweep(good)], { url });
	assert.equal(set.code, 0, set.stderr);
	assert.match(set.stdout, /^main is now untitled sweep \(swp_\w+\): 3 trials of 1 configuration\.$/m);
	const passed = await callBasin(['gate', await endedSweep([0.972, 0.9705, 0.973]), '--baseline', 'main', ...rules], {
		url,
	});
	assert.equal(passed.code, 0, passed.stdout + passed.stderr);
	assert.match(passed.stdout, /^valAccuracy \(%\) +B 100, η 0\.001, λ 0\.9 +97\.20 +97\.18 +−0\.02 +−0\.50 .* ok$/m);
	assert.match(passed.stdout, /^No regression\.$/m);
	const failed = await callBasin(['gate', await endedSweep(bad), '--baseline', 'main', ...rules], { url });
	assert.equal(failed.code, 2, failed.stdout + failed.stderr);
	assert.match(failed.stdout, /^Regression: valAccuracy got worse\.$/m);
	assert.match(failed.stdout, /^- valAccuracy: Beyond the margin, and the seeds do not scatter that much/m);
});

test('gate writes its report as JSON, JUnit and Markdown, in folders that it makes', async (t) => {
	const url = await startApi(t);
	const folder = await temporaryFolder(t);
	const [junit, markdown] = [join(folder, 'reports', 'gate.xml'), join(folder, 'gate.md')];
	const args = ['--against', await endedSweep(good), '--json', '--junit', junit, '--markdown', markdown];
	const ended = await callBasin(['gate', await endedSweep([0.97, null, 0.971]), ...args], { url });
	assert.equal(ended.code, 2, ended.stderr);
	const report = JSON.parse(ended.stdout);
	assert.deepEqual([report.verdict, report.lostSeeds[0].seed], ['regression', 1]);
	assert.match(await readFile(junit, 'utf8'), /^<\?xml .*\n<testsuites name="basin gate" tests="2" failures="1"/);
	assert.match(await readFile(markdown, 'utf8'), /^### ❌ Regression: 1 of the seeds failed that had succeeded\.$/m);
});

test('wait and gate exit 1 for a sweep that failed and 3 for one that has not ended in time, which goes on', async (t) => {
	const url = await startApi(t);
	const [failed, against] = [await endedSweep([null]), await endedSweep(good)];
	const { sweepId: running } = await sampleSweep(db, { seeds: [0, 1] });
	for (const [id, code, sentence] of [
		[failed, 1, /is failed: 1 of 1 trial failed\./],
		[running, 3, /has not ended after 50 ms: it is queued, 0 of 2 trials have ended\./],
	] as const) {
		const args = [id, '--timeout', '0.05'];
		const waited = await callBasin(['wait', ...args], { url });
		assert.equal(waited.code, code, waited.stderr);
		const gated = await callBasin(['gate', ...args, '--against', against], { url });
		assert.equal(gated.code, code, gated.stderr);
		assert.match(gated.stderr, sentence);
	}
	const [{ state }] = await db.sql<[{ state: string }]>`select state from sweep where id = ${running}`;
	assert.equal(state, 'queued');
	const ended = await callBasin(['wait', against, '--json'], { url });
	assert.deepEqual([ended.code, JSON.parse(ended.stdout).state], [0, 'completed']);
});

test('baselines are listed and removed; a name that is not there is a usage error', async (t) => {
	const url = await startApi(t);
	const sweepId = await endedSweep(good);
	await callBasin(['baseline', 'set', 'nightly', sweepId], { url });
	const listed = await callBasin(['baseline', 'list'], { url });
	assert.match(listed.stdout, new RegExp(`^nightly +${sweepId} +untitled sweep +mnist +softmax +20`, 'm'));
	assert.equal((await callBasin(['baseline', 'remove', 'nightly'], { url })).stdout, 'Removed nightly.\n');
	const again = await callBasin(['baseline', 'remove', 'nightly'], { url });
	assert.equal(again.code, 4);
	assert.match(again.stderr, /^error: There is no baseline "nightly"\.$/m);
	const gated = await callBasin(['gate', sweepId, '--baseline', 'nightly'], { url });
	assert.equal(gated.code, 4);
	assert.match(gated.stderr, /hint: "basin baseline list" shows the baselines/);
});
