import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { json, startServer } from '@basin/client/testing/http-server.ts';
import { sampleTrial, sweepId, trialId } from '@basin/client/testing/samples.ts';
import type { EpochMetrics } from '@basin/core/contracts/training.ts';
import { defaultTrainingRule } from '@basin/core/contracts/training-rule.ts';
import type { TrialAssignment } from '@basin/core/contracts/worker-protocol.ts';
import { createDatasetLoader } from '@basin/gpu-worker/datasets/load.ts';
import { describeDevice } from '@basin/gpu-worker/device.ts';
import { createOnnxEngine } from '@basin/gpu-worker/engines/onnx/engine.ts';
import { runTrial, type TrialOutcome } from '@basin/gpu-worker/run-trial.ts';
import { callBasin, temporaryFolder } from '../testing/run-basin.ts';

type Recorded = {
	outcome: Exclude<TrialOutcome, { type: 'released' }>;
	epochs: EpochMetrics[];
	files: Record<string, Buffer>;
};

/** A trial as a worker would leave it, trained in this process. */
async function record(t: TestContext, changes: Partial<TrialAssignment> = {}): Promise<Recorded> {
	const engine = createOnnxEngine({ threads: 1 });
	const epochs: EpochMetrics[] = [];
	const outputDir = await temporaryFolder(t);
	const assignment: TrialAssignment = {
		trialId,
		sweepId,
		attemptNo: 1,
		configuration: { batchSize: 100, eta: 0.1, lambda: 0.9 },
		seed: 0,
		dataset: { name: 'spirals', validation: 0.1, splitSeed: 0 },
		model: { preset: 'mlp', hidden: [16], activation: 'relu' },
		epochs: 3,
		engine: 'auto',
		...defaultTrainingRule,
		checkpoints: [],
		leaseExpiresAt: '2026-01-31T12:00:00.000Z',
		...changes,
	};
	const outcome = await runTrial(assignment, {
		engine,
		device: describeDevice(engine, { threads: 1, slots: 1 }),
		loadDataset: createDatasetLoader({ folder: outputDir, fetchPackage: async () => assert.fail() }),
		outputDir,
		gitCommit: null,
		onEpoch: async (metrics) => void epochs.push(metrics),
	});
	await engine.close();
	assert.ok(outcome.type !== 'released');
	const files: Record<string, Buffer> = {};
	for (const { name, path } of outcome.files) files[name] = await readFile(path);
	return { outcome, epochs, files };
}

/** The API and the store in one, about one trial; `served` are the bytes that really come for a file. */
async function serve(t: TestContext, { outcome, epochs, files }: Recorded, served = files) {
	const trial = sampleTrial({
		state: outcome.type === 'finished' ? 'succeeded' : 'failed',
		reason: outcome.type === 'finished' ? null : outcome.reason,
		result: outcome.type === 'finished' ? outcome.result : null,
	});
	const server = await startServer(t, (request, response) => {
		if (request.path.startsWith('/store/')) return void response.end(served[request.path.slice('/store/'.length)]);
		if (request.path.endsWith('/artifacts')) return json({ items: artifacts(), nextCursor: null })(request, response);
		const items = epochs
			.filter(({ epoch }) => epoch > Number(request.query.get('after') ?? 0))
			.map((metrics) => ({ ...metrics, attemptNo: 1, recordedAt: '2026-01-31T12:00:00.000Z' }));
		if (request.path.endsWith('/metrics')) return json({ items, nextCursor: null })(request, response);
		return json(trial)(request, response);
	});
	const artifacts = () =>
		Object.entries(files).map(([name, bytes]) => ({
			name,
			sizeBytes: bytes.length,
			sha256: createHash('sha256').update(bytes).digest('hex'),
			contentType: 'application/octet-stream',
			url: `${server.baseUrl}/store/${name}`,
		}));
	return server.baseUrl;
}

async function reproduce(t: TestContext, url: string, ...options: string[]) {
	const env = { BASIN_HOME: join(await temporaryFolder(t), 'home') };
	return callBasin(['reproduce', trialId, ...options], { url, env });
}

test('a trial that a worker trained is trained again with the same bits, and exits 0', async (t) => {
	// Images, which an mlp takes as rows.
	const configuration = { batchSize: 1000, eta: 0.1, lambda: 0.9 };
	const recorded = await record(t, { dataset: { name: 'mnist', validation: 0.1, splitSeed: 0 }, configuration });
	assert.ok(recorded.outcome.type === 'finished');
	const ended = await reproduce(t, await serve(t, recorded), '--json');
	assert.equal(ended.code, 0, ended.stderr);
	const found = JSON.parse(ended.stdout);
	assert.equal(found.verdict, 'equal');
	assert.deepEqual(found.epochs, { recorded: 3, here: 3, equal: 3, firstDifferent: null });
	assert.equal(found.device.isSame, true);
	assert.equal(found.model.isSame, true);
	assert.equal(found.model.accuracy, recorded.outcome.result.testAccuracy);
	assert.match(ended.stderr, /^epoch 3\/3: .*, as recorded$/m);
	assert.match(ended.stderr, /^warning: The Git commit of Basin is another one: unknown when it was recorded, /m);
});

test('a trial that diverged diverges again, at the same epoch', async (t) => {
	const recorded = await record(t, { configuration: { batchSize: 100, eta: 1e38, lambda: 0.9 } });
	const ended = await reproduce(t, await serve(t, recorded));
	assert.equal(ended.code, 0, ended.stderr);
	assert.match(ended.stdout, /^Epochs +1, all equal bit for bit$/m);
	assert.match(ended.stdout, /^Verdict +reproduced, bit for bit$/m);
});

test('numbers of another seed are reported as a deviation, by how much and from which epoch on, and exit 2', async (t) => {
	const recorded = await record(t);
	const other = await record(t, { seed: 1 });
	const files = { ...recorded.files, 'spec.json': other.files['spec.json']! };
	const ended = await reproduce(t, await serve(t, { ...recorded, files }));
	assert.equal(ended.code, 2, ended.stderr);
	assert.match(ended.stdout, /^Epochs +3, 0 equal bit for bit; epoch 1 is the first that differs$/m);
	assert.match(
		ended.stdout,
		/^Losses +largest relative deviation \d\.\de-\d; \d\.\de-\d over the first 100 updates, outside 0\.0001$/m,
	);
	assert.match(ended.stderr, /^epoch 1\/3: .*, losses deviate by \d\.\de-\d$/m);
	assert.match(ended.stdout, /^model\.onnx +another file \(SHA-256 [0-9a-f]{12}…, not [0-9a-f]{12}…\)/m);
	assert.match(ended.stdout, /^Verdict +DEVIATES/m);
});

test('a spec.json that was changed after it was stored is refused before any training', async (t) => {
	const recorded = await record(t);
	const spec = Buffer.from(recorded.files['spec.json']!.toString().replace('"seed": 0', '"seed": 1'));
	assert.notDeepEqual(spec, recorded.files['spec.json']);
	const ended = await reproduce(t, await serve(t, recorded, { ...recorded.files, 'spec.json': spec }));
	assert.equal(ended.code, 1);
	assert.match(ended.stderr, /^error: spec\.json arrived damaged: /m);
	assert.doesNotMatch(ended.stderr, /epoch 1/);
	assert.equal(ended.stdout, '');
});

test('a trial that left no spec.json, one of another trial, and a provider that is not here are each one sentence', async (t) => {
	const recorded = await record(t);
	const none = await reproduce(t, await serve(t, { ...recorded, files: {} }));
	assert.equal(none.code, 4);
	assert.match(none.stderr, /^error: The trial is succeeded and left no spec\.json: only one that /);
	const foreign = await record(t, { trialId: 'trl_01kg9z8m4r0000000000000009' });
	const wrong = await reproduce(t, await serve(t, { ...recorded, files: foreign.files }));
	assert.equal(wrong.code, 1);
	assert.match(wrong.stderr, /^error: spec\.json is that of trl_.*9, not of trl_.*1\.$/m);
	const missing = await reproduce(t, await serve(t, recorded), '--provider', 'cuda');
	assert.equal(missing.code, 1);
	assert.match(missing.stderr, /^error: .*The provider cuda cannot train here \(.*BASIN_PROVIDER=cpu\.$/m);
	assert.doesNotMatch(missing.stderr, /^\s+at /m);
});
