import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ModelSpec } from '@basin/core/contracts/sweep-spec.ts';
import type { EpochMetrics } from '@basin/core/contracts/training.ts';
import { type Optimizer, TrainingRule } from '@basin/core/contracts/training-rule.ts';
import { decodeSafetensors, encodeSafetensors } from '../artifacts/safetensors.ts';
import { makeSpirals } from '../datasets/spirals.ts';
import { createEnginePool } from '../engine-pool.ts';
import { runTrial, type TrialOutcome } from '../run-trial.ts';
import { assignmentOf } from '../testing/memory-ports.ts';
import { type Durability, undisturbed } from './durability.ts';
import type { CheckpointFile } from './resume.ts';

const engines = createEnginePool({ threads: 1, slots: 1 });
const root = await mkdtemp(join(tmpdir(), 'basin-resume-'));
const spirals = makeSpirals();
after(async () => {
	await engines.close();
	await rm(root, { recursive: true });
});

const epochs = 6;
const model = ModelSpec.parse({
	layers: [
		{ type: 'dense', units: 16 },
		{ type: 'batchNorm', momentum: 0.9 },
		{ type: 'tanh' },
		{ type: 'dropout', rate: 0.2 },
		{ type: 'dense', units: 3 },
	],
});

/** A high η, so that the best epoch is seldom the last. */
function assignmentWith(kind: Optimizer['kind'] = 'momentum', seed = 0) {
	const hasLambda = ['momentum', 'nesterov', 'lars'].includes(kind);
	const eta = kind === 'lars' ? 20 : kind === 'adam' || kind === 'lamb' ? 0.1 : 1;
	const rule = TrainingRule.parse({
		optimizer: { kind },
		schedule: { decay: { kind: 'cosine', final: 0.5 }, warmup: { epochs: 1 } },
		weightDecay: 0.0001,
	});
	return {
		...assignmentOf('trl_1'),
		...rule,
		configuration: { batchSize: 64, eta, lambda: hasLambda ? 0.8 : 0 },
		dataset: { name: 'spirals' as const, validation: 600, splitSeed: 0 },
		model,
		epochs,
		seed,
	};
}
type Assignment = ReturnType<typeof assignmentWith>;

let runs = 0;

/** Runs a trial in a folder of its own; `leaveAfter` epochs it is asked to leave. */
async function run(
	assignment: Assignment,
	{ engine = 'onnx' as const, leaveAfter = epochs + 1, ...durability }: RunOptions = {},
) {
	const outputDir = join(root, `${runs++}`);
	await mkdir(outputDir);
	const recorded: EpochMetrics[] = [];
	const written: CheckpointFile[] = [];
	let start: { epoch: number; refused: string[] } | undefined;
	const outcome = await runTrial(assignment, {
		...(await engines.open(engine)),
		loadDataset: async () => spirals,
		outputDir,
		gitCommit: null,
		onEpoch: async (metrics) => void recorded.push(metrics),
		durability: {
			...undisturbed,
			isReleased: async () => (start?.epoch ?? 0) + recorded.length >= leaveAfter,
			onStart: async (given) => {
				start = given;
			},
			onCheckpoint: async (file) => void written.push(file),
			...durability,
		},
	});
	return { outcome, outputDir, recorded, written, start: start! };
}
type RunOptions = { engine?: 'onnx' | 'tensorflow'; leaveAfter?: number } & Partial<Durability>;

const timesOf = /Seconds/;
const withoutTimes = <T extends object>(record: T) =>
	Object.fromEntries(Object.entries(record).filter(([name]) => !timesOf.test(name)));

/** All that a trial leaves but its times, weights as bytes. */
async function remains(outcome: TrialOutcome) {
	assert.ok(outcome.type === 'finished');
	const files = new Map(
		await Promise.all(outcome.files.map(async ({ name, path }) => [name, await readFile(path)] as const)),
	);
	const history = JSON.parse(files.get('history.json')!.toString()) as { epochs: EpochMetrics[] };
	return {
		result: { ...withoutTimes(outcome.result), milestones: outcome.result.milestones!.map(withoutTimes) },
		curve: history.epochs.map(withoutTimes),
		model: files.get('model.onnx')!.toString('base64'),
		weights: files.get('weights.safetensors')!.toString('base64'),
		weightsEpoch: JSON.parse(files.get('spec.json')!.toString()).weights,
	};
}

for (const engine of ['onnx', 'tensorflow'] as const) {
	for (const kind of ['momentum', 'nesterov', 'sgd', 'adam', 'lars', 'lamb'] as const) {
		test(`${engine}, ${kind}: a trial that was interrupted twice leaves what an undisturbed one leaves, bit for bit`, async () => {
			const assignment = assignmentWith(kind);
			const whole = await run(assignment, { engine });
			const first = await run(assignment, { engine, leaveAfter: 2 });
			assert.deepEqual(first.outcome, { type: 'released' });
			const second = await run(assignment, { engine, leaveAfter: 5, checkpoints: first.written });
			assert.deepEqual(second.outcome, { type: 'released' });
			const third = await run(assignment, { engine, checkpoints: second.written });
			assert.deepEqual(
				[second.start, third.start].map(({ epoch }) => epoch),
				[2, 5],
			);
			assert.deepEqual(
				[first, second, third].flatMap(({ recorded }) => recorded.map(({ epoch }) => epoch)),
				[1, 2, 3, 4, 5, 6],
			);
			assert.deepEqual(await remains(third.outcome), await remains(whole.outcome));
		});
	}
}

test('the weights of a best epoch from before the interruption are those that are kept', async () => {
	for (let seed = 0; seed < 30; seed++) {
		const assignment = assignmentWith('momentum', seed);
		const whole = await run(assignment);
		assert.ok(whole.outcome.type === 'finished');
		const { bestEpoch } = whole.outcome.result;
		if (bestEpoch > epochs - 2) continue;
		const { written } = await run(assignment, { leaveAfter: bestEpoch + 1 });
		const resumed = await run(assignment, { checkpoints: written });
		assert.deepEqual(await remains(resumed.outcome), await remains(whole.outcome));
		return;
	}
	assert.fail('No seed below 30 has its best epoch before the last two.');
});

test('a checkpoint is written when the interval is over, and not at every epoch', async () => {
	const always = await run(assignmentWith(), { checkpointSeconds: 0 });
	assert.deepEqual(
		always.written.map(({ epoch }) => epoch),
		[1, 2, 3, 4, 5],
		'none of the last epoch: nothing comes after it',
	);
	assert.deepEqual((await readdir(join(always.outputDir, 'checkpoints'))).sort(), [
		'epoch-4.safetensors',
		'epoch-5.safetensors',
	]);
	assert.ok(always.outcome.type === 'finished' && always.outcome.result.checkpointSeconds! > 0);
	const never = await run(assignmentWith(), { checkpointSeconds: 3600 });
	assert.deepEqual(never.written, []);
});

test('a trial that is wanted back before its first epoch leaves without one', async () => {
	const { outcome, recorded, written } = await run(assignmentWith(), { leaveAfter: 0 });
	assert.deepEqual([outcome, recorded, written], [{ type: 'released' }, [], []]);
});

/** The last two checkpoints of a trial, newest first, and what the trial leaves when nothing disturbs it. */
async function interrupted(leaveAfter = 3) {
	const assignment = assignmentWith();
	const { written } = await run(assignment, { checkpointSeconds: 0, leaveAfter });
	const whole = await remains((await run(assignment)).outcome);
	const [older, newest] = written.slice(-2) as [CheckpointFile, CheckpointFile];
	return { assignment, newest, older, whole };
}

/** What damage does to a file, and what the refusal says. */
const damages: Record<string, { damage: (bytes: Buffer) => Uint8Array; says: RegExp }> = {
	'cut short': { damage: (bytes) => bytes.subarray(0, bytes.length - 100), says: /file ends before/ },
	'cut inside its header': { damage: (bytes) => bytes.subarray(0, 40), says: /ends inside its header/ },
	'of no bytes': { damage: () => new Uint8Array(), says: /ends inside its header/ },
	'longer than it says': { damage: (bytes) => Buffer.concat([bytes, bytes]), says: /goes on after/ },
	'that is no safetensors file': { damage: (bytes) => bytes.fill('x', 8, 100), says: /header is damaged/ },
	'with a number that is not finite': { damage: (bytes) => bytes.fill(0xff, bytes.length - 4), says: /not finite/ },
	'of a model of another shape': {
		damage: (bytes) => {
			const { arrays, metadata } = decodeSafetensors(bytes);
			const [name, { values }] = [...arrays].find(([key]) => key.endsWith('/weight'))!;
			return encodeSafetensors(new Map([...arrays, [name, { shape: [values.length], values }]]), metadata);
		},
		says: /has the shape/,
	},
	'without an array': {
		damage: (bytes) => {
			const { arrays, metadata } = decodeSafetensors(bytes);
			return encodeSafetensors(new Map([...arrays].slice(1)), metadata);
		},
		says: /is missing/,
	},
	'with a hole in its curve': {
		damage: (bytes) => {
			const { arrays, metadata } = decodeSafetensors(bytes);
			const notes = JSON.parse(metadata.notes!);
			return encodeSafetensors(arrays, {
				...metadata,
				notes: JSON.stringify({ ...notes, history: notes.history.slice(1) }),
			});
		},
		says: /curve is not of the epochs/,
	},
};

for (const [name, { damage, says }] of Object.entries(damages)) {
	test(`a checkpoint ${name} is refused with a sentence, and the older one is used`, async () => {
		const { assignment, newest, older, whole } = await interrupted();
		await writeFile(newest.path, damage(await readFile(newest.path)));
		const resumed = await run(assignment, { checkpoints: [newest, older] });
		assert.equal(resumed.start.epoch, 2);
		assert.equal(resumed.start.refused.length, 1);
		assert.match(resumed.start.refused[0]!, /^The checkpoint of epoch 3 cannot be used: /);
		assert.match(resumed.start.refused[0]!, says);
		assert.deepEqual(await remains(resumed.outcome), whole);
	});
}

test('with no checkpoint that can be used the trial begins at the start and comes to the same', async () => {
	const { assignment, newest, older, whole } = await interrupted();
	for (const { path } of [newest, older]) await writeFile(path, 'damaged');
	const resumed = await run(assignment, { checkpoints: [newest, older] });
	assert.equal(resumed.start.epoch, 0);
	assert.equal(resumed.start.refused.length, 2);
	assert.deepEqual(await remains(resumed.outcome), whole);
});

test('a checkpoint of another training is refused, whatever it is that differs', async () => {
	const { assignment, newest } = await interrupted();
	const others: Record<string, Assignment> = {
		seed: { ...assignment, seed: 1 },
		eta: { ...assignment, configuration: { ...assignment.configuration, eta: 0.9 } },
		split: { ...assignment, dataset: { ...assignment.dataset, splitSeed: 1 } },
		loss: { ...assignment, loss: { kind: 'softmaxCrossEntropy', labelSmoothing: 0.1 } },
		'weight decay': { ...assignment, weightDecay: 0 },
		schedule: { ...assignment, schedule: { decay: { kind: 'constant' } } },
		epochs: { ...assignment, epochs: 5 },
	};
	for (const [name, other] of Object.entries(others)) {
		const { start } = await run(other, { checkpoints: [newest], leaveAfter: 0 });
		assert.deepEqual([name, start.epoch, start.refused.length], [name, 0, 1]);
		assert.match(start.refused[0]!, /another training/);
	}
	const elsewhere = await run(assignment, { engine: 'tensorflow', checkpoints: [newest], leaveAfter: 0 });
	assert.match(elsewhere.start.refused[0]!, /another training/);
	const renamed = { ...assignment, trialId: 'trl_2', attemptNo: 7, sweepId: 'swp_2' };
	assert.deepEqual((await run(renamed, { checkpoints: [newest], leaveAfter: 0 })).start, { epoch: 3, refused: [] });
});

test('times of another device are left out of the seconds per epoch', async () => {
	const { assignment, newest } = await interrupted(5);
	const { arrays, metadata } = decodeSafetensors(await readFile(newest.path));
	const notes = JSON.parse(metadata.notes!);
	for (const metrics of notes.history) metrics.epochSeconds = 1000;
	const slow = JSON.stringify(notes);
	for (const [deviceKey, isSlow] of [
		['another device', false],
		[metadata.deviceKey!, true],
	] as const) {
		await writeFile(newest.path, encodeSafetensors(arrays, { ...metadata, deviceKey, notes: slow }));
		const { outcome } = await run(assignment, { checkpoints: [newest] });
		assert.ok(outcome.type === 'finished');
		assert.equal(outcome.result.epochSecondsMedian === 1000, isSlow);
		assert.ok(outcome.result.trainSeconds > 5000, 'the whole of the training took that long');
	}
});
