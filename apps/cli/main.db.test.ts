import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createClient } from '@basin/client';
import { testDatabase } from '../../tests/support/postgres.ts';
import { modelBytes, startApi, workOff } from '../../tests/support/real-api.ts';
import { waitFor } from '../../tests/support/wait.ts';
import { callBasin, runBasin, temporaryFolder } from './testing/run-basin.ts';

const { db } = await testDatabase();
const quickstart = fileURLToPath(new URL('../../examples/quickstart.json', import.meta.url));

const twoSeeds = {
	name: 'two seeds',
	dataset: { name: 'mnist', validation: 10000 },
	model: { preset: 'mlp' },
	grid: { batchSize: [100, 'full'], eta: [0.05, 50] },
	seeds: [0, 1],
	epochs: 3,
	labels: { team: 'vision' },
};

async function specFile(t: TestContext, spec: unknown): Promise<string> {
	const path = join(await temporaryFolder(t), 'sweep.json');
	await writeFile(path, JSON.stringify(spec, null, 2));
	return path;
}

async function submit(path: string, url: string): Promise<string> {
	const ended = await callBasin(['submit', path, '--json'], { url });
	assert.equal(ended.code, 0, ended.stderr);
	return JSON.parse(ended.stdout).id;
}

test('a dry run of the quickstart counts 24 trials and writes nothing', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const before = (await createClient({ baseUrl }).listSweeps()).items.length;
	const ended = await callBasin(['submit', quickstart, '--dry-run'], { url: baseUrl });
	assert.equal(ended.code, 0, ended.stderr);
	assert.match(ended.stdout, /^Configurations +24$/m);
	assert.match(ended.stdout, /^Images trained on \(N\) +50,000$/m);
	assert.match(ended.stdout, /^Parameters +101,770$/m);
	assert.match(ended.stdout, /^… and 4 more configurations$/m);
	assert.equal((await createClient({ baseUrl }).listSweeps()).items.length, before);
});

test('submit --watch follows a real sweep while it is worked off, and ranks what diverged last', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const path = await specFile(t, twoSeeds);
	const running = runBasin(['submit', path, '--watch', '--idempotency-key', `watch-${baseUrl}`], { url: baseUrl });
	const sweepId = await firstSweep(baseUrl);
	await workOff(db, baseUrl, sweepId);
	const ended = await running;
	assert.equal(ended.code, 0, ended.stderr);
	assert.match(ended.stdout, /^completed in .*: 4 of 8 trials succeeded, 4 failed$/m);
	const rows = ended.stdout
		.split('\n')
		.slice(3, 7)
		.map((line) => line.trim().split(/ {2,}/));
	for (const row of rows.slice(0, 2)) assert.match(row[4]!, /^92\.55 ± \d+\.\d\d$/);
	for (const row of rows.slice(2)) assert.equal(row[4], 'diverged');
	assert.deepEqual(new Set(rows.map((row) => row[1])), new Set(['100', 'full (50000)']));
	assert.match(ended.stderr, /^8\/8 trials, 4 failed, best 92\.55 % \(B \d+, η 0\.05, λ 0\)$/m);
});

async function firstSweep(baseUrl: string): Promise<string> {
	let found: string | undefined;
	await waitFor('the sweep to appear', 20_000, async () => {
		found = (await createClient({ baseUrl }).listSweeps({ label: 'team:vision', state: 'queued' })).items[0]?.id;
		return found !== undefined;
	});
	return found as string;
}

test('every view of a finished sweep agrees: list, show, trials, leaderboard and CSV', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const sweepId = await submit(await specFile(t, { ...twoSeeds, name: 'viewed', labels: {} }), baseUrl);
	await workOff(db, baseUrl, sweepId);
	const view = async (...args: string[]) => {
		const ended = await callBasin(args, { url: baseUrl });
		assert.equal(ended.code, 0, ended.stderr);
		return ended.stdout;
	};
	assert.match(
		await view('list', '--search', 'viewed'),
		new RegExp(`^${sweepId} +viewed +completed +8/8 +4 +– +92\\.55`, 'm'),
	);
	const shown = await view('show', sweepId);
	assert.match(shown, /^State +completed$/m);
	assert.match(shown, /^Trials +8: 4 succeeded, 4 failed$/m);
	assert.match(shown, /^Best +92\.55 % over 2 seeds \(B \d+, η 0\.05, λ 0\)$/m);
	const failed = await view('trials', sweepId, '--state', 'failed');
	assert.equal(failed.match(/diverged: The loss was not finite after 3 updates\./g)?.length, 4);
	const board = JSON.parse(await view('leaderboard', sweepId, '--json', '--rank-by', 'epochSeconds'));
	assert.deepEqual(board.items[0].configuration, { batchSize: 50000, eta: 0.05, lambda: 0 });
	const csv = await view('leaderboard', sweepId, '--csv', '--rank-by', 'epochSeconds');
	assert.equal(csv.trimEnd().split('\r\n').length, 5);
	assert.ok(csv.split('\r\n')[1]!.startsWith(`1,`) && csv.includes(board.items[0].bestTrialId));
});

test('artifacts of the best trial download and verify', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const sweepId = await submit(await specFile(t, { ...twoSeeds, name: 'downloaded', labels: {} }), baseUrl);
	await workOff(db, baseUrl, sweepId);
	const folder = await temporaryFolder(t);
	const ended = await callBasin(['artifacts', 'pull', sweepId, '--to', folder], { url: baseUrl });
	assert.equal(ended.code, 0, ended.stderr);
	assert.deepEqual(await readFile(join(folder, 'model.onnx')), modelBytes);
});

test('the same key and spec give the same sweep; the same key with another spec exits 4', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const again = ['--idempotency-key', 'cli-test', '--json'];
	const path = await specFile(t, { ...twoSeeds, labels: {} });
	const [first, second] = [1, 2].map(() => callBasin(['submit', path, ...again], { url: baseUrl }));
	assert.equal(JSON.parse((await first!).stdout).id, JSON.parse((await second!).stdout).id);
	const other = await callBasin(['submit', quickstart, ...again], { url: baseUrl });
	assert.equal(other.code, 4);
	assert.match(other.stderr, /^hint: use a new --idempotency-key/m);
});

test('the server’s refusal of a spec points at the lines of the file', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const path = await specFile(t, { ...twoSeeds, grid: { batchSize: [60001], eta: [0.1, -1] }, epochs: 0, colour: 1 });
	const ended = await callBasin(['submit', path], { url: baseUrl });
	assert.equal(ended.code, 4);
	const lines = (await readFile(path, 'utf8')).split('\n');
	const pointed = [...ended.stderr.matchAll(/sweep\.json:(\d+) +(\S+) /g)].map(([, line, pointer]) => [
		pointer,
		lines[Number(line) - 1]!.trim(),
	]);
	assert.deepEqual(Object.fromEntries(pointed), {
		'/grid/eta/1': '-1',
		'/epochs': '"epochs": 0,',
		'/colour': '"colour": 1',
	});
});

test('cancel ends a sweep, a second cancel exits 4, and watching the cancelled sweep exits 1', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const sweepId = await submit(quickstart, baseUrl);
	const cancelled = await callBasin(['cancel', sweepId], { url: baseUrl });
	assert.equal(cancelled.code, 0, cancelled.stderr);
	assert.equal(cancelled.stdout, `Cancelled ${sweepId}; 0 trials had succeeded.\n`);
	assert.equal((await callBasin(['cancel', sweepId], { url: baseUrl })).code, 4);
	const watched = await callBasin(['watch', sweepId], { url: baseUrl });
	assert.equal(watched.code, 1);
	assert.match(watched.stdout, /^cancelled.*24 cancelled/);
});

test('pause, resume, retry-failed, extend and stop say what they did, and --json prints the API’s answer', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const sweepId = await submit(await specFile(t, twoSeeds), baseUrl);
	const basin = async (...args: string[]) => {
		const ended = await callBasin(args, { url: baseUrl });
		assert.equal(ended.code, 0, ended.stderr);
		return ended;
	};
	assert.equal((await basin('pause', sweepId)).stdout, `Paused ${sweepId}.\n`);
	assert.equal((await basin('resume', sweepId)).stdout, `${sweepId} goes on: 8 trials to run.\n`);
	await workOff(db, baseUrl, sweepId);
	assert.match((await basin('retry-failed', sweepId)).stdout, /^4 failed trials of .* run again; watch: basin watch/);
	assert.equal((await basin('retry-failed', sweepId)).stdout, `No trial of ${sweepId} has failed.\n`);
	await workOff(db, baseUrl, sweepId);
	const failed = (await createClient({ baseUrl }).listTrials(sweepId, { state: 'failed' })).items[0]!.id;
	assert.match(
		(await basin('retry', failed)).stdout,
		new RegExp(`^${failed} is queued; watch: basin watch ${sweepId}`),
	);
	assert.equal(JSON.parse((await basin('retry', failed, '--json')).stdout).state, 'queued');
	const extended = await basin('extend', sweepId, '--seeds', '1,2', '--batch-size', 'full,50', '--eta', '1e-1');
	assert.equal(extended.stdout, `${sweepId} gets 19 trials: 5 configurations and 1 seed more.\n`);
	assert.match(extended.stderr, /^\/seeds\/0 asks for 1, which is already in the sweep\.$/m);
	const again = await basin('extend', sweepId, '--seeds', '2', '--json');
	assert.deepEqual(JSON.parse(again.stdout).added, { configurations: 0, seeds: 0, trials: 0 });
	assert.match((await basin('stop', sweepId)).stdout, new RegExp(`^Stopped ${sweepId}; 4 trials had succeeded`));
});

test('an extension that is not valid is refused in a sentence, and exits 4', async (t) => {
	const { baseUrl } = await startApi(t, db);
	const sweepId = await submit(await specFile(t, twoSeeds), baseUrl);
	for (const [args, sentence] of [
		[[], /--seeds, --batch-size, --eta or --lambda/],
		[['--eta', '0.1,x'], /numbers with commas/],
		[['--batch-size', '60000'], /\/grid\/batchSize\/0 +must be at most 50,000/],
		[['--epochs', '9'], /submit a new sweep with more epochs/],
	] as const) {
		const ended = await callBasin(['extend', sweepId, ...args], { url: baseUrl });
		assert.equal(ended.code, 4);
		assert.match(ended.stderr, sentence);
	}
});
