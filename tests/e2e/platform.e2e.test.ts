import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createClient } from '@basin/client';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { testDatabase } from '../support/postgres.ts';
import { interruptStack, killStack, repository, type Stack, startStack, temporaryHome } from '../support/stack.ts';
import { waitFor } from '../support/wait.ts';

const home = await temporaryHome();
let stack: Stack;
// Registered before the database's own hook, which finds an open connection to be a leak: hooks run in this order.
after(async () => {
	await killStack(stack);
	await home.remove();
});
// On the server of DATABASE_URL, if there is one: the stack then embeds all but the database.
const database = process.env.DATABASE_URL ? await testDatabase(undefined, { migrated: false }) : undefined;
const env = database ? { DATABASE_URL: database.url } : {};

before(async () => {
	stack = await startStack(home.home, env);
});

const readme = await readFile(`${repository}README.md`, 'utf8');
const readmeCommands = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block]) =>
	(block as string).trim().split('\n'),
);

function readmeCommand(start: string): string {
	const command = readmeCommands.find((line) => line.startsWith(start));
	assert.ok(command, `the README has no command that starts with ${start}`);
	return command;
}

/** Runs a command as it stands in the README, against this test's stack. */
function shell(command: string) {
	return promisify(execFile)('sh', ['-c', command.replaceAll('http://127.0.0.1:8787', stack.baseUrl)], {
		cwd: repository,
		env: { ...process.env, BASIN_URL: stack.baseUrl },
		timeout: 120_000,
	});
}

const client = () => createClient({ baseUrl: stack.baseUrl });
const isCompleted = (id: string) => async () => (await client().getSweep(id)).state === 'completed';

const small: SweepSpecInput = {
	name: 'small',
	dataset: { name: 'mnist', validation: 'test' },
	model: { preset: 'softmax' },
	grid: { batchSize: [1000], eta: [0.1, 0.5] },
	epochs: 1,
};

test('the stack says where it listens and gives a command to try', () => {
	assert.match(stack.output(), new RegExp(stack.baseUrl));
	assert.match(stack.output(), /basin submit|curl/);
});

test('the README’s curl command submits the quickstart, which ends above 97 % with artifacts whose hashes match and a best trial that is reproduced bit for bit', async () => {
	const { stdout } = await shell(readmeCommand('curl'));
	const { id } = JSON.parse(stdout) as { id: string };
	await waitFor('the quickstart to complete', 120_000, isCompleted(id), 250);

	const board = await client().leaderboard(id, { limit: 100 });
	assert.deepEqual(
		board.items.map((entry) => entry.rank),
		Array.from({ length: 24 }, (_, index) => index + 1),
	);
	const best = board.items[0];
	assert.ok(best?.valAccuracy && best.bestTrialId);
	assert.ok(best.valAccuracy.mean > 0.97, `best is ${best.valAccuracy.mean}`);

	const artifacts = await client().listArtifacts(best.bestTrialId);
	assert.deepEqual(artifacts.items.map((artifact) => artifact.name).sort(), [
		'history.json',
		'model.onnx',
		'spec.json',
		'weights.safetensors',
	]);
	for (const artifact of artifacts.items) {
		const bytes = Buffer.from(await (await fetch(artifact.url)).arrayBuffer());
		assert.equal(bytes.length, artifact.sizeBytes, artifact.name);
		assert.equal(createHash('sha256').update(bytes).digest('hex'), artifact.sha256, artifact.name);
	}

	const { stdout: reproduced } = await shell(`npx basin reproduce ${best.bestTrialId} --json`);
	const { verdict, device, epochs } = JSON.parse(reproduced);
	assert.deepEqual([verdict, device.isSame, epochs.equal], ['equal', true, 3]);

	const again = await shell(readmeCommand('curl'));
	assert.equal(JSON.parse(again.stdout).id, id, 'the same key makes no second sweep');
});

test('the README’s command line submits, watches to the end and prints the ranking', async () => {
	const { stdout } = await shell(readmeCommand('npx basin submit'));
	assert.match(stdout, /24 of 24 trials succeeded/);
	assert.match(stdout, /1 +16 +0\.02 +0\.9 +97\.\d\d/);
});

test('the README has no other command than those that are tried here and those that start and test', () => {
	const known = [readmeCommand('curl'), readmeCommand('npx basin submit'), 'npm install', 'npm start', 'npm test'];
	assert.deepEqual(
		readmeCommands.filter((command) => !known.includes(command)),
		[],
	);
});

test('a configuration that diverges is shown last, and the sweep still completes', async () => {
	const sweep = await client().createSweep({
		...small,
		model: { preset: 'mlp' },
		grid: { batchSize: [100], eta: [50, 0.1] },
	});
	await waitFor('the sweep to complete', 60_000, isCompleted(sweep.id));
	const board = await client().leaderboard(sweep.id, {});
	assert.deepEqual(
		board.items.map((entry) => [entry.configuration.eta, entry.diverged]),
		[
			[0.1, false],
			[50, true],
		],
	);
	const trials = await client().listTrials(sweep.id, { state: 'failed' });
	assert.equal(trials.items[0]?.reason, 'diverged');
	assert.ok(trials.items[0]?.message);
});

test('after Ctrl-C and a restart a running sweep finishes, and what had finished is still there', async () => {
	const finished = await client().createSweep(small);
	await waitFor('the small sweep to complete', 60_000, isCompleted(finished.id));
	const running = await client().createSweep({
		...small,
		grid: { batchSize: [10], eta: [0.01, 0.02, 0.03] },
		epochs: 6,
	});
	await waitFor('an epoch of the long sweep', 60_000, async () => {
		const trials = await client().listTrials(running.id, {});
		return trials.items.some((trial) => trial.epochsDone > 0);
	});
	const before = await client().leaderboard(finished.id, {});

	const stopSeconds = await interruptStack(stack);
	assert.ok(stopSeconds < 10, `stopping took ${stopSeconds} s; it printed:\n${stack.output()}`);
	stack = await startStack(home.home, env);

	assert.deepEqual(await client().leaderboard(finished.id, {}), before);
	await waitFor('the interrupted sweep to complete', 120_000, isCompleted(running.id), 250);
	const sweep = await client().getSweep(running.id);
	assert.equal(sweep.counts.succeeded, 3);
	const trials = await client().listTrials(running.id, {});
	for (const trial of trials.items) {
		const metrics = await client().listMetrics(trial.id, {});
		assert.deepEqual(
			metrics.items.map((point) => point.epoch),
			[1, 2, 3, 4, 5, 6],
			'every epoch is there once',
		);
	}
});
