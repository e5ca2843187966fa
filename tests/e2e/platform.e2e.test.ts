import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createClient } from '@basin/cli/client.ts';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import { interruptStack, killStack, repository, type Stack, startStack, temporaryHome } from '../support/stack.ts';
import { waitFor } from '../support/wait.ts';

const run = promisify(execFile);
const home = await temporaryHome();
let stack: Stack;

before(async () => {
	stack = await startStack(home.home);
});
after(async () => {
	await killStack(stack);
	await home.remove();
});

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

test('the quickstart, posted as JSON, ends with a best configuration above 97 % and artifacts whose hashes match', async () => {
	const body = await readFile(`${repository}/examples/quickstart.json`, 'utf8');
	const response = await fetch(`${stack.baseUrl}/v1/sweeps`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'idempotency-key': 'quickstart' },
		body,
	});
	assert.equal(response.status, 201);
	const { id } = (await response.json()) as { id: string };
	await waitFor('the quickstart to complete', 120_000, isCompleted(id), 250);

	const board = await client().leaderboard(id, { limit: 100 });
	assert.equal(board.items.length, 24);
	const best = board.items[0];
	assert.ok(best?.valAccuracy && best.bestTrialId);
	assert.ok(best.valAccuracy.mean > 0.97, `best is ${best.valAccuracy.mean}`);
	assert.deepEqual(
		board.items.map((entry) => entry.rank),
		Array.from({ length: 24 }, (_, index) => index + 1),
	);

	const artifacts = await client().listArtifacts(best.bestTrialId);
	assert.ok(artifacts.items.some((artifact) => artifact.name === 'model.onnx'));
	for (const artifact of artifacts.items) {
		const bytes = Buffer.from(await (await fetch(artifact.url)).arrayBuffer());
		assert.equal(bytes.length, artifact.sizeBytes, artifact.name);
		assert.equal(createHash('sha256').update(bytes).digest('hex'), artifact.sha256, artifact.name);
	}
});

test('the command line submits, watches to the end and prints the ranking', async () => {
	const { stdout } = await run(
		'npx',
		['basin', 'submit', 'examples/quickstart.json', '--watch', '--url', stack.baseUrl],
		{
			cwd: repository,
			timeout: 120_000,
		},
	);
	assert.match(stdout, /completed/);
	assert.match(stdout, /0\.05/);
});

test('a configuration that diverges is shown last, and the sweep still completes', async () => {
	const sweep = await client().createSweep({ ...small, grid: { batchSize: [100], eta: [0.1, 1e30] } });
	await waitFor('the sweep to complete', 60_000, isCompleted(sweep.id));
	const board = await client().leaderboard(sweep.id, {});
	assert.deepEqual(
		board.items.map((entry) => [entry.configuration.eta, entry.diverged]),
		[
			[0.1, false],
			[1e30, true],
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
	stack = await startStack(home.home);

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
