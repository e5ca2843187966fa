import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, type TestContext, test } from 'node:test';
import { createApp } from '@basin/api/app.ts';
import { startServer } from '@basin/api/server.ts';
import { createClient } from '@basin/client';
import { claimTrial } from '@basin/db/trials/claim.ts';
import { failTrial } from '@basin/db/trials/fail.ts';
import { finishTrial } from '@basin/db/trials/finish.ts';
import { XMLValidator } from 'fast-xml-parser';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleDevice, sampleResult } from '../../tests/support/samples.ts';
import { makeBundle } from './bundle.ts';
import { defaultInputs, pullRequestRun, pushRun } from './testing/environment.ts';
import { startGithub } from './testing/github.ts';

const { db } = await testDatabase();

const built = await mkdtemp(join(tmpdir(), 'basin-action-bundle-'));
after(() => rm(built, { recursive: true, force: true }));
const bundle = join(built, 'main.mjs');
await writeFile(bundle, await makeBundle());

/** The real API; every sweep that is submitted is worked off at once, as workers would, with these results by seed. */
async function startBasin(t: TestContext, results: { accuracies: (number | null)[] }) {
	const workOff = async () => {
		const trials = await db.sql<{ id: string; seed: number }[]>`
			select id, seed from trial where state in ('pending', 'queued') order by id`;
		for (const { id: trialId, seed } of trials) {
			const assignment = await claimTrial({ db, trialId, workerId: 'test', leaseSeconds: 60 });
			if (assignment === null) continue;
			const ending = { db, trialId, attemptNo: assignment.attemptNo, device: sampleDevice, artifacts: [] };
			const valAccuracy = results.accuracies[seed] ?? null;
			if (valAccuracy === null) await failTrial({ ...ending, reason: 'out_of_memory', message: 'No memory.' });
			else await finishTrial({ ...ending, result: sampleResult({ valAccuracy }) });
		}
	};
	const app = createApp({
		db,
		log: { info: () => {}, warn: () => {}, error: () => {} },
		presign: async () => 'http://store.test/',
		datasets: { presignPut: async () => 'http://store.test/', read: async () => null, write: async () => {} },
		deleteObjects: async () => {},
		ready: async () => ({ deadLettersLastDay: 0 }),
		access: { open: true },
		wake: () => void working.push(workOff()),
	});
	const working: Promise<void>[] = [];
	const server = await startServer({ app, host: '127.0.0.1', port: 0 });
	t.after(async () => {
		await Promise.all(working);
		await server.stop({ graceMs: 0 });
	});
	return { url: server.url, client: createClient({ baseUrl: server.url }) };
}

const good = [0.971, 0.973, 0.972];
const bad = [0.941, 0.944, 0.942];

/** The bundle that GitHub runs, with a recorded environment, in a workspace of its own. */
async function runAction(t: TestContext, environment: Record<string, string>) {
	const folder = await mkdtemp(join(tmpdir(), 'basin-action-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	const spec = {
		name: 'models <b>',
		dataset: { name: 'mnist' },
		model: { preset: 'softmax' },
		grid: { eta: [0.1] },
		seeds: [0, 1, 2],
	};
	await writeFile(join(folder, 'sweep.json'), JSON.stringify(spec));
	await writeFile(join(folder, 'bad.json'), JSON.stringify({ ...spec, epochs: 0 }));
	const files = { GITHUB_STEP_SUMMARY: join(folder, 'summary'), GITHUB_OUTPUT: join(folder, 'output') };
	for (const file of Object.values(files)) await writeFile(file, '');
	const child = spawn(process.execPath, [bundle], {
		cwd: folder,
		env: { INPUT_SPEC: 'sweep.json', ...defaultInputs, ...files, ...environment },
	});
	let log = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
	const [code] = await once(child, 'close');
	const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => undefined);
	assert.ok(!/^\s+at .*:\d+:\d+/m.test(log), `a stack trace: ${log.slice(-500)}`);
	const output = Object.fromEntries((await read('output'))!.split('\n').map((line) => line.split('=')));
	return { code, log, output, summary: (await read('summary'))!, read };
}

const runId = (() => {
	let last = 1_658_821_493;
	return () => String(++last);
})();

test('a pull request that got worse fails with 2, and its earlier comment on page two is changed, not repeated', async (t) => {
	const results = { accuracies: good };
	const { url, client } = await startBasin(t, results);
	const others = Array.from({ length: 120 }, (_, id) => ({ id, body: `Comment ${id}` }));
	const github = await startGithub(t, { comments: others });
	const base = { INPUT_URL: url, GITHUB_API_URL: github.baseUrl };

	const pushed = await runAction(t, { ...base, ...pushRun, GITHUB_RUN_ID: runId(), INPUT_SET_BASELINE: 'main' });
	assert.equal(pushed.code, 0, pushed.log);
	assert.equal(pushed.output.verdict, 'no-baseline');
	assert.match(pushed.log, /^::notice::This sweep is the baseline main now\.$/m);
	assert.equal((await client.getBaseline('main')).sweepId, pushed.output['sweep-id']);
	assert.equal(github.requests.length, 0, 'a push has no comments');

	const passed = await runAction(t, { ...base, ...pullRequestRun, GITHUB_RUN_ID: runId() });
	assert.equal(passed.code, 0, passed.log);
	assert.equal(github.comments.length, 121);
	assert.match(github.comments[120]!.body, /^<!-- basin train sweep\.json -->\n### ✅ No regression\./);

	results.accuracies = bad;
	const failed = await runAction(t, { ...base, ...pullRequestRun, GITHUB_RUN_ID: runId() });
	assert.equal(failed.code, 2, failed.log);
	assert.equal(failed.output.verdict, 'regression');
	assert.equal(github.comments.length, 121);
	const { body } = github.comments[120]!;
	assert.match(body, /### ❌ Regression: valAccuracy got worse\./);
	assert.match(body, /\| valAccuracy \(%\) \| B 100, η 0\.1, λ 0 \| 97\.20 \| 94\.23 \| \*\*−2\.97\*\* \| −0\.50 \|/);
	assert.match(body, /\| 1 \| 100 \| 0\.1 \| 0 \| 94\.23 ± 0\.38 \|/, 'the leaderboard');
	assert.match(body, /\[models &#60;b&#62;\]\(http.*\/sweeps\/swp_\w+\)/, 'a name cannot open a tag');
	assert.ok(body.endsWith(failed.summary), 'the summary is the comment');
	assert.equal(await failed.read('basin-reports/basin.md'), failed.summary);
	assert.equal(XMLValidator.validate((await failed.read('basin-reports/basin.xml'))!), true);
	assert.equal(JSON.parse((await failed.read('basin-reports/basin.json'))!).verdict, 'regression');
	const sent = github.requests.filter(({ method }) => method !== 'GET');
	assert.deepEqual(
		sent.map(({ method }) => method),
		['POST', 'PATCH'],
	);
	for (const { headers } of github.requests) assert.equal(headers.authorization, 'Bearer ghs_recorded');
});

test('a run that is started again makes no second sweep, and runs again only what had failed', async (t) => {
	const results: { accuracies: (number | null)[] } = { accuracies: [0.97, null, 0.97] };
	const { url, client } = await startBasin(t, results);
	const github = await startGithub(t);
	const run = { INPUT_URL: url, GITHUB_API_URL: github.baseUrl, ...pullRequestRun, GITHUB_RUN_ID: runId() };
	await client.deleteBaseline('main').catch(() => {});
	const before = (await client.listSweeps({ limit: 100 })).items.length;
	const first = await runAction(t, run);
	assert.equal(first.code, 0, first.log);
	const again = await runAction(t, run);
	assert.equal(again.output['sweep-id'], first.output['sweep-id']);
	results.accuracies = good;
	const third = await runAction(t, { ...run, GITHUB_RUN_ATTEMPT: '2' });
	assert.equal(third.output['sweep-id'], first.output['sweep-id']);
	assert.match(third.log, /^The run is started again: 1 failed trials run again\.$/m);
	assert.equal((await client.listSweeps({ limit: 100 })).items.length, before + 1);
	const { counts, labels } = await client.getSweep(first.output['sweep-id']);
	assert.equal(counts.succeeded, 3);
	assert.equal(labels.repository, 'octo-org/models');
	const other = await runAction(t, { ...run, GITHUB_RUN_ID: runId() });
	assert.notEqual(other.output['sweep-id'], first.output['sweep-id']);
});

test('a comment that may not be written (a fork) is a warning, and the verdict stands', async (t) => {
	const { url } = await startBasin(t, { accuracies: good });
	const github = await startGithub(t, { refuses: true });
	const run = { INPUT_URL: url, GITHUB_API_URL: github.baseUrl, ...pullRequestRun, GITHUB_RUN_ID: runId() };
	const ended = await runAction(t, run);
	assert.equal(ended.code, 0, ended.log);
	assert.match(ended.log, /^::warning::The comment could not be written: GitHub answered 403 to POST .*fork/m);
	const silent = await runAction(t, { ...run, INPUT_COMMENT: 'false' });
	assert.doesNotMatch(silent.log, /comment/);
});

test('a sweep of which nothing succeeds exits 1, one that takes too long 3, and both are reported', async (t) => {
	const results: { accuracies: (number | null)[] } = { accuracies: [] };
	const { url, client } = await startBasin(t, results);
	const github = await startGithub(t);
	const base = { INPUT_URL: url, GITHUB_API_URL: github.baseUrl, ...pullRequestRun };
	const failed = await runAction(t, { ...base, GITHUB_RUN_ID: runId() });
	assert.equal(failed.code, 1, failed.log);
	assert.match(failed.summary, /^### ❌ The sweep did not complete\.$/m);
	const slow = createApp({
		db,
		log: { info: () => {}, warn: () => {}, error: () => {} },
		presign: async () => '',
		datasets: { presignPut: async () => '', read: async () => null, write: async () => {} },
		deleteObjects: async () => {},
		ready: async () => ({ deadLettersLastDay: 0 }),
		access: { open: true },
	});
	const idle = await startServer({ app: slow, host: '127.0.0.1', port: 0 });
	t.after(() => idle.stop({ graceMs: 0 }));
	const late = await runAction(t, { ...base, INPUT_URL: idle.url, GITHUB_RUN_ID: runId(), INPUT_TIMEOUT: '1s' });
	assert.equal(late.code, 3, late.log);
	assert.match(github.comments[0]!.body, /The sweep has not ended in time; it goes on\./);
	assert.equal(github.comments.length, 1);
	await client.cancelSweep(late.output['sweep-id']);
});

test('what cannot be meant, and a server that is away, are one annotation and the exit code of the command line', async (t) => {
	const { url } = await startBasin(t, { accuracies: good });
	const github = await startGithub(t);
	const base = { INPUT_URL: url, GITHUB_API_URL: github.baseUrl, ...pullRequestRun, GITHUB_RUN_ID: runId() };
	const cases: [changes: Record<string, string>, code: number, annotation: RegExp][] = [
		[{ INPUT_URL: 'http://127.0.0.1:1' }, 5, /^::error::Cannot reach Basin/m],
		[{ INPUT_URL: '' }, 4, /^::error::url: must be a URL such as/m],
		[{ INPUT_SPEC: 'none.yaml' }, 4, /^::error::There is no file none\.yaml\./m],
		[
			{ INPUT_SPEC: 'bad.json' },
			4,
			/^::error::bad\.json is not a valid sweep: 1 problem\.%0A {2}bad\.json:1 {2}\/epochs/m,
		],
		[{ INPUT_METRICS: 'valAccuracy 0.005' }, 4, /^::error::metrics: "valAccuracy 0\.005" is not like/m],
		[{ INPUT_METRICS: 'speed max-drop 1' }, 4, /^::error::metrics\.0\.metric/m],
		[{ INPUT_TIMEOUT: 'soon' }, 4, /^::error::timeout: It must be a time/m],
		[{ INPUT_BASELINE: 'release/1' }, 4, /^::error::baseline: must be 1 to 63 of letters/m],
		[{ INPUT_BASELINE: 'none', INPUT_MISSING_BASELINE: 'fail' }, 4, /There is no baseline "none" yet/],
	];
	for (const [changes, code, annotation] of cases) {
		const ended = await runAction(t, { ...base, ...changes });
		assert.equal(ended.code, code, ended.log);
		assert.match(ended.log, annotation);
	}
});
