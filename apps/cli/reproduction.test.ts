import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device, sweepId, trialId } from '@basin/client/testing/samples.ts';
import type { RunRecord } from '@basin/core/contracts/run-record.ts';
import { defaultTrainingRule } from '@basin/core/contracts/training-rule.ts';
import { compareRuns, type Run } from './reproduction.ts';
import { reproductionText } from './reproduction-text.ts';

const record: RunRecord = {
	trialId,
	sweepId,
	attemptNo: 1,
	seed: 0,
	configuration: { batchSize: 100, eta: 0.1, lambda: 0.9 },
	model: { preset: 'softmax', initializer: 'glorotUniform' },
	epochs: 3,
	foreignEpochs: 0,
	dataset: { name: 'spirals', validation: 0.1, splitSeed: 0, sha256: 'a'.repeat(64) },
	...defaultTrainingRule,
	engine: 'onnx',
	device: { ...device, versions: { onnxruntime: '1.30.0' } },
	gitCommit: 'abc',
};
const elsewhere: RunRecord = {
	...record,
	device: { ...record.device, key: 'cpu-other-t1', label: 'Other CPU, 1 thread', processor: 'Other CPU' },
};

/** Three epochs of 50 updates; the losses of each are multiplied by the factor of its epoch. */
function runWith(factors: [number, number, number], changes: Partial<Run> = {}): Run {
	const epochs = factors.map((factor, index) => ({
		updates: (index + 1) * 50,
		trainLoss: 0.5 * factor,
		valLoss: 0.4 * factor,
		trainAccuracy: 0.9,
		valAccuracy: 0.91,
	}));
	const outcome = { ending: 'succeeded', testAccuracy: 0.92, bestValAccuracy: 0.91, modelSha256: 'b'.repeat(64) };
	return { record, epochs, ...outcome, ...changes };
}
const recorded = runWith([1, 1, 1]);
const judge = (here: Run, modelAccuracy: number | null = 0.92) => compareRuns(recorded, here, modelAccuracy);

test('the same numbers, bytes and model accuracy are equal, on whatever device', () => {
	assert.equal(judge(recorded).verdict, 'equal');
	assert.equal(judge({ ...recorded, record: elsewhere }).verdict, 'equal');
});

test('on the same device class the last bit of one loss is a deviation; on another it is close', () => {
	const here = runWith([1, 1 + 2 ** -50, 1]);
	assert.equal(judge(here).verdict, 'deviates');
	assert.equal(judge({ ...here, record: elsewhere }).verdict, 'close');
});

test('a trial that began on another device is close where its bits are not the same, and that is said', () => {
	const mixed = { ...recorded, record: { ...record, foreignEpochs: 2 } };
	const found = compareRuns(mixed, runWith([1, 1 + 2 ** -50, 1]), 0.92);
	assert.equal(found.verdict, 'close');
	assert.match(found.warnings[0]!, /^Epochs 1 to 2 were trained on another device/);
	assert.equal(compareRuns(mixed, recorded, 0.92).verdict, 'equal');
});

test('on another device the first 100 updates must agree to 1e-4; what comes later may grow apart', () => {
	const verdictOf = (...factors: [number, number, number]) =>
		judge({ ...runWith(factors), record: elsewhere, modelSha256: 'c'.repeat(64) });
	assert.equal(verdictOf(1, 1 + 9e-5, 1.1).verdict, 'close');
	assert.equal(verdictOf(1, 1 + 2e-4, 1).verdict, 'deviates');
	const { lossDeviation } = verdictOf(1, 1 + 9e-5, 1.1);
	assert.ok(Math.abs(lossDeviation.early! - 9e-5) < 1e-8);
	assert.ok(Math.abs(lossDeviation.largest - 0.1 / 1.1) < 1e-12);
});

test('without an epoch within 100 updates nothing is said of the early losses', () => {
	const late = { ...recorded, epochs: recorded.epochs.map((epoch) => ({ ...epoch, updates: epoch.updates * 10 })) };
	const here = { ...late, record: elsewhere, epochs: late.epochs.map((epoch) => ({ ...epoch, valLoss: 0.41 })) };
	const found = compareRuns(late, here, 0.92);
	assert.equal(found.lossDeviation.early, null);
	assert.match(reproductionText(found), /no epoch ends within the first 100 updates/);
});

test('an accuracy that is off by more than 0.2 points deviates everywhere, the model file’s own as well', () => {
	const other = { ...runWith([1, 1, 1 + 1e-9]), record: elsewhere };
	assert.equal(judge({ ...other, testAccuracy: 0.919 }).verdict, 'close');
	assert.equal(judge({ ...other, testAccuracy: 0.917 }).verdict, 'deviates');
	assert.equal(judge(recorded, 0.9).verdict, 'deviates');
	assert.equal(judge(recorded, null).verdict, 'deviates');
});

test('another ending, another number of epochs or a loss that is no longer finite deviates', () => {
	assert.equal(judge({ ...recorded, record: elsewhere, ending: 'diverged' }).verdict, 'deviates');
	assert.equal(judge({ ...recorded, record: elsewhere, epochs: recorded.epochs.slice(0, 2) }).verdict, 'deviates');
	const infinite = recorded.epochs.map((epoch) => ({ ...epoch, trainLoss: null }));
	const found = judge({ ...recorded, record: elsewhere, epochs: infinite });
	assert.deepEqual([found.verdict, found.lossDeviation.largest], ['deviates', 1]);
});

test('what may explain a deviation is named with both values: data, processor, threads, versions, commit', () => {
	const changed: RunRecord = {
		...elsewhere,
		dataset: { ...record.dataset, sha256: 'd'.repeat(64) },
		device: { ...elsewhere.device, threads: 2, versions: { onnxruntime: '1.31.0' } },
		gitCommit: 'def',
	};
	const { warnings } = judge({ ...recorded, record: changed });
	assert.deepEqual(
		warnings.map((warning) => warning.split(' is another one: ')[1]),
		[
			`${'a'.repeat(64)} when it was recorded, ${'d'.repeat(64)} here.`,
			'Test CPU when it was recorded, Other CPU here.',
			'1 when it was recorded, 2 here.',
			'1.30.0 when it was recorded, 1.31.0 here.',
			'abc when it was recorded, def here.',
		],
	);
	assert.deepEqual(judge(recorded).warnings, []);
});
