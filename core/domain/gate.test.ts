import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BasinError } from '../contracts/errors.ts';
import { GateInput, GateReport } from '../contracts/gates.ts';
import { judge } from './gate.ts';
import type { GateSide, GateTrial } from './gate-sides.ts';
import { configurationOf, sampleSide, sampleTrial } from './testing/gate-sides.ts';

const gate = (sweep: GateSide, baseline: GateSide, changes: object = {}) => {
	const report = judge(GateInput.parse({ baseline: 'main', ...changes }), sweep, baseline);
	GateReport.parse({ ...report, baseline: { name: 'main', sweepId: baseline.sweepId } });
	return report;
};

/** One configuration, a validation accuracy for each seed from 0. */
const accuracies = (eta: number, values: number[], more: Partial<GateTrial> = {}) =>
	values.map((valAccuracy, seed) => sampleTrial(eta, seed, { valAccuracy, ...more }));
const good = [0.971, 0.973, 0.972];
const bad = [0.941, 0.944, 0.942];

test('a drop far beyond the margin fails, and says by how much', () => {
	const report = gate(sampleSide(accuracies(0.1, bad)), sampleSide(accuracies(0.1, good)));
	assert.equal(report.verdict, 'regression');
	const [comparison] = report.comparisons;
	assert.equal(comparison?.test, 'paired');
	assert.match(comparison!.reason, /^Beyond the margin, and the seeds do not scatter that much \(p < 0\.0001\)\.$/);
	assert.ok(Math.abs(comparison!.change! + 0.0297) < 1e-3);
	assert.deepEqual([comparison!.allowedChange, report.notes], [-0.005, []]);
});

test('the same sweep again passes, and so does a drop beyond the margin that the seeds scatter', () => {
	const baseline = sampleSide(accuracies(0.1, [0.97, 0.95, 0.98]));
	assert.equal(gate(baseline, baseline, { metrics: [{ metric: 'valAccuracy', maxDrop: 0 }] }).verdict, 'passed');
	const report = gate(sampleSide(accuracies(0.1, [0.95, 0.96, 0.962])), baseline);
	assert.equal(report.verdict, 'passed');
	assert.match(report.comparisons[0]!.reason, /^Beyond the margin, but not by more than the seeds scatter/);
});

test('the best is compared with the best: another configuration, and a grid that shares none, still can be worse', () => {
	const baseline = sampleSide([...accuracies(0.1, good), ...accuracies(0.2, bad)]);
	const report = gate(sampleSide(accuracies(0.001, bad)), baseline);
	assert.equal(report.verdict, 'regression');
	const [comparison] = report.comparisons;
	assert.deepEqual(comparison!.configuration, configurationOf(0.001));
	assert.deepEqual(comparison!.baselineConfiguration, configurationOf(0.1));
	assert.deepEqual(report.notes, [
		'The grids differ (0 configurations shared); the best is of 1 in the sweep and of 2 in the baseline: the best of more is higher by chance alone.',
	]);
});

test('`each` compares the shared configurations and says so; none shared is nothing to compare', () => {
	const baseline = sampleSide([...accuracies(0.1, good), ...accuracies(0.2, good)]);
	const sweep = sampleSide([...accuracies(0.1, good), ...accuracies(0.3, bad)]);
	const report = gate(sweep, baseline, { compare: 'each' });
	assert.deepEqual([report.verdict, report.comparisons.length], ['passed', 1]);
	assert.match(report.notes.join(), /^Only the 1 shared configurations are compared, of 2 in the sweep and 2 in the/);
	assert.throws(
		() => gate(sampleSide(accuracies(0.3, bad)), baseline, { compare: 'each' }),
		(error) => error instanceof BasinError && error.code === 'not_comparable',
	);
});

test('`each` adds the mean of all: what is too small in each configuration shows in their mean', () => {
	const etas = Array.from({ length: 20 }, (_, i) => (i + 1) / 100);
	const scatter = (eta: number, seed: number) => 0.004 * Math.sin(1000 * eta + 37 * seed);
	const side = (shift: number) =>
		sampleSide(
			etas.flatMap((eta) =>
				accuracies(
					eta,
					[0, 1, 2, 3, 4].map((seed) => 0.96 - shift + scatter(eta + shift, seed)),
				),
			),
		);
	const report = gate(side(0.012), side(0), { compare: 'each' });
	assert.equal(report.comparisons.length, 21);
	assert.deepEqual([report.comparisons[0]!.configuration, report.comparisons[0]!.verdict], [null, 'regression']);
});

test('a time is compared on the device that both have, and is inconclusive without one', () => {
	const times = (values: number[], deviceKey: string) =>
		values.map((epochSeconds, seed) => sampleTrial(0.1, seed, { epochSeconds, deviceKey }));
	const metrics = [{ metric: 'epochSeconds', maxRise: '10%' }];
	const baseline = sampleSide(times([0.2, 0.201, 0.199], 'cpu-a'));
	const slower = gate(sampleSide(times([0.25, 0.251, 0.253], 'cpu-a')), baseline, { metrics });
	assert.equal(slower.verdict, 'regression');
	assert.equal(slower.comparisons[0]!.device, 'cpu-a');
	assert.ok(Math.abs(slower.comparisons[0]!.allowedChange! - 0.02) < 1e-12);
	assert.equal(gate(sampleSide(times([0.21, 0.212, 0.209], 'cpu-a')), baseline, { metrics }).verdict, 'passed');
	const elsewhere = sampleSide(times([0.9, 0.9, 0.9], 'gpu-b'));
	const skipped = gate(elsewhere, baseline, { metrics });
	assert.deepEqual([skipped.verdict, skipped.comparisons[0]!.verdict], ['passed', 'inconclusive']);
	assert.match(skipped.comparisons[0]!.reason, /different devices are not compared: gpu-b here, cpu-a in the baseline/);
	assert.match(skipped.notes.join(), /Nothing could be compared, so nothing was checked/);
	assert.equal(gate(elsewhere, baseline, { metrics, inconclusive: 'fail' }).verdict, 'inconclusive');
});

test('the time of the best is that of the same configuration: a near tie of another batch size is no slowdown', () => {
	const side = (first: number, second: number) =>
		sampleSide([
			...accuracies(0.1, [first, first + 0.001], { epochSeconds: 0.2 }),
			...accuracies(0.2, [second, second + 0.001], { epochSeconds: 2 }),
		]);
	const metrics = [{ metric: 'epochSeconds', maxRise: 0.01 }];
	const report = gate(side(0.97, 0.971), side(0.971, 0.97), { metrics });
	assert.equal(report.verdict, 'passed');
	assert.deepEqual(report.comparisons[0]!.baselineConfiguration, configurationOf(0.2));
});

test('one seed cannot tell: inconclusive, and said', () => {
	const report = gate(sampleSide(accuracies(0.1, [0.5])), sampleSide(accuracies(0.1, [0.97])));
	assert.deepEqual([report.verdict, report.comparisons[0]!.verdict], ['passed', 'inconclusive']);
	assert.match(
		report.comparisons[0]!.reason,
		/^Beyond the margin, but one seed on each side cannot tell a change from/,
	);
	assert.match(report.notes.join(), /Nothing could be compared/);
});

test('a seed that diverged where the baseline’s succeeded is a regression; one that the infrastructure failed is not', () => {
	const baseline = sampleSide(accuracies(0.1, good));
	const failing = (reason: 'diverged' | 'infrastructure') =>
		sampleSide([
			...accuracies(0.1, good.slice(0, 2)),
			sampleTrial(0.1, 2, { state: 'failed', reason, valAccuracy: null, epochSeconds: null }),
		]);
	const diverged = gate(failing('diverged'), baseline);
	assert.equal(diverged.verdict, 'regression');
	assert.deepEqual(diverged.lostSeeds, [{ configuration: configurationOf(0.1), seed: 2, reason: 'diverged' }]);
	const unlucky = gate(failing('infrastructure'), baseline);
	assert.deepEqual([unlucky.verdict, unlucky.lostSeeds], ['passed', []]);
	assert.match(unlucky.notes.join(), /1 of the sweep’s 3 trials have no result/);
	assert.equal(gate(failing('diverged'), failing('diverged')).verdict, 'passed');
});

test('with other seeds, one that failed counts where none of the baseline’s failed', () => {
	const failed = (seed: number) =>
		sampleTrial(0.1, seed, { state: 'failed', reason: 'diverged', valAccuracy: null, epochSeconds: null });
	const later = good.map((valAccuracy, i) => sampleTrial(0.1, 100 + i, { valAccuracy }));
	const sweep = sampleSide([...later, failed(103)]);
	assert.equal(gate(sweep, sampleSide(accuracies(0.1, good))).lostSeeds.length, 1);
	assert.equal(gate(sweep, sampleSide([...accuracies(0.1, good), failed(3)])).verdict, 'passed');
});

test('one lucky seed of three that diverged is not the best', () => {
	const lost = [1, 2].map((seed) => sampleTrial(0.2, seed, { state: 'failed', reason: 'diverged', valAccuracy: null }));
	const side = sampleSide([...accuracies(0.2, [0.99]), ...lost, ...accuracies(0.1, good)]);
	assert.deepEqual(gate(side, side).comparisons[0]!.configuration, configurationOf(0.1));
});

test('the mean of all is over configurations of which every seed succeeded, and seeds that each of them has', () => {
	const failed = sampleTrial(0.3, 2, { state: 'failed', reason: 'diverged', valAccuracy: null });
	const side = sampleSide([
		...accuracies(0.1, [0.9, 0.92, 0.5]),
		...accuracies(0.2, [0.94, 0.96]),
		...accuracies(0.3, [0.1, 0.1]),
		failed,
	]);
	const [all] = gate(side, side, { compare: 'each' }).comparisons;
	assert.deepEqual([all!.configuration, all!.seeds], [null, { sweep: 2, baseline: 2 }]);
	assert.ok(Math.abs(all!.sweepMean! - 0.93) < 1e-12);
});

test('what was best and now loses seeds is a regression, though another configuration is as good', () => {
	const baseline = sampleSide([...accuracies(0.1, good), ...accuracies(0.2, bad)]);
	const lost = sampleTrial(0.1, 2, { state: 'failed', reason: 'diverged', valAccuracy: null });
	const sweep = sampleSide([...accuracies(0.1, good.slice(0, 2)), lost, ...accuracies(0.2, good)]);
	const report = gate(sweep, baseline);
	assert.deepEqual(report.comparisons[0]!.configuration, configurationOf(0.2));
	assert.deepEqual([report.verdict, report.lostSeeds.length], ['regression', 1]);
});

test('sweeps of different data sets, and one without a success, are refused', () => {
	const side = sampleSide(accuracies(0.1, good));
	const training = { ...side.training, dataset: { ...side.training.dataset, name: 'spirals' } };
	const none = sampleSide([sampleTrial(0.1, 0, { state: 'failed', reason: 'diverged', valAccuracy: null })]);
	for (const sweep of [sampleSide(side.trials, { training }), none]) {
		assert.throws(
			() => gate(sweep, side),
			(error) => error instanceof BasinError && error.code === 'not_comparable',
		);
	}
});

test('what else differs is said: another model, more epochs', () => {
	const trials = accuracies(0.1, good);
	const model = { preset: 'mlp' as const, hidden: [64], activation: 'relu' as const };
	const other = sampleSide(trials, { epochs: 9, training: { ...sampleSide([]).training, model } });
	assert.deepEqual(gate(other, sampleSide(trials)).notes, ['The sweep and the baseline differ in: epochs, model.']);
});

test('a metric that a side does not have is inconclusive and says why', () => {
	const side = sampleSide([0, 1].map((seed) => sampleTrial(0.1, seed, { testAccuracy: null })));
	const report = gate(side, side, { metrics: [{ metric: 'testAccuracy', maxDrop: 0 }] });
	assert.match(report.comparisons[0]!.reason, /has no testAccuracy of this configuration: with `"validation": "test"`/);
});
