import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { excessOf, holm, type Margin, seenFrom, testChange } from './significance.ts';
import { tCritical } from './statistics.ts';

const bySeed = (values: number[], from = 0) => new Map(values.map((value, i) => [from + i, value] as const));
const drop = (absolute: number, relative = 0): Margin => ({ bad: 'drop', absolute, relative });
const rise = (absolute: number, relative = 0): Margin => ({ bad: 'rise', absolute, relative });
const near = (actual: number | undefined, expected: number, tolerance = 1e-6) =>
	assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

test('paired by seed it is Student’s one-sample test of the differences', () => {
	// The sleep data of Student (Biometrika 6, 1908), as in R: t.test(extra ~ group, paired = TRUE) gives t = -4.0621, df = 9, p = 0.002833.
	const one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
	const other = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
	const found = testChange(bySeed(one), bySeed(other), rise(0), 0);
	assert.deepEqual([found?.kind, found?.degreesOfFreedom], ['paired', 9]);
	near(found?.pValue, 0.002832890197384256 / 2);
});

test('with other seeds it is Welch’s test, with its degrees of freedom rounded down', () => {
	// R: t.test(extra ~ group) gives t = -1.8608, df = 17.776, p = 0.07939; one-sided with 17 degrees 0.04006.
	const one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
	const other = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
	const found = testChange(bySeed(one), bySeed(other, 100), rise(0), 0);
	assert.deepEqual([found?.kind, found?.degreesOfFreedom], ['unpaired', 17]);
	assert.ok(found!.pValue > 0.07939 / 2 && found!.pValue < 0.0402, String(found?.pValue));
});

test('seeds that one side has alone are left out of the pairs', () => {
	const found = testChange(bySeed([0.9, 0.91, 0.92, 0.5, 0.5]), bySeed([0.8, 0.82, 0.81]), drop(0), 0);
	assert.deepEqual([found?.kind, found?.seeds], ['paired', { sweep: 3, baseline: 3 }]);
	near(found?.baselineMean, 0.91);
});

test('seeds that are shared in part are no pairs', () => {
	const found = testChange(bySeed([0.9, 0.91, 0.92, 0.93]), bySeed([0.8, 0.81, 0.82, 0.83], 2), drop(0), 0);
	assert.deepEqual([found?.kind, found?.seeds], ['unpaired', { sweep: 4, baseline: 4 }]);
});

test('a percentage is of the baseline’s mean, whose own spread counts with it', () => {
	near(excessOf(drop(0, 0.1), 1, 0.95), -0.05);
	near(excessOf(rise(0, 0.1), 1, 1.15), 0.05);
	// Variances 0.02 and 0.0002 of two values each: √(1.5² · 0.02 / 2 + 0.0002 / 2).
	const found = testChange(bySeed([1, 1.2]), bySeed([2, 2.02], 5), rise(0, 0.5), 0);
	near(found?.standardError, Math.sqrt((1.5 ** 2 * 0.02) / 2 + 0.0002 / 2));
});

test('one seed on both sides cannot tell; one against several is judged by their spread', () => {
	assert.equal(testChange(bySeed([0.9]), bySeed([0.1]), drop(0), 0), null);
	assert.equal(testChange(bySeed([]), bySeed([0.1, 0.2]), drop(0), 0), null);
	const found = testChange(bySeed([0.9, 0.91, 0.92]), bySeed([0.1], 1), drop(0), 0);
	assert.deepEqual([found?.kind, found?.degreesOfFreedom], ['unpaired', 2]);
	assert.ok(found!.pValue < 0.001);
});

test('equal results are no regression, even without a margin', () => {
	assert.equal(testChange(bySeed([0.9, 0.91]), bySeed([0.9, 0.91]), drop(0), 0)?.pValue, 1);
});

test('two seeds that both lose one of 200 examples prove nothing, ten thousand examples would', () => {
	const before = bySeed([0.9, 0.92]);
	const after = bySeed([0.895, 0.915]);
	assert.ok(testChange(before, after, drop(0.002), 1 / 200)!.pValue > 0.05);
	assert.ok(testChange(before, after, drop(0.002), 1 / 10_000)!.pValue < 0.05);
});

const accuracies = fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 });
const margins = fc.record({
	bad: fc.constantFrom('drop' as const, 'rise' as const),
	absolute: fc.double({ min: 0, max: 0.1, noNaN: true }),
	relative: fc.double({ min: 0, max: 0.5, noNaN: true }),
});
const draws = fc.tuple(accuracies, accuracies, margins, fc.boolean());
const run = ([one, other, margin, sameSeeds]: [number[], number[], Margin, boolean]) =>
	testChange(bySeed(one), bySeed(other, sameSeeds ? 0 : 1000), margin, 0)!;

test('p is below one half exactly when the change is beyond the margin, so no change within it is ever a regression', () => {
	fc.assert(
		fc.property(draws, (draw) => {
			const found = run(draw);
			const excess = excessOf(draw[2], found.baselineMean, found.sweepMean);
			if (Math.abs(excess) > 1e-9) assert.equal(found.pValue < 0.5, excess > 0);
		}),
	);
});

test('a wider margin never makes a regression of what was none', () => {
	fc.assert(
		fc.property(draws, fc.double({ min: 0, max: 0.2, noNaN: true }), ([one, other, margin, same], more) => {
			const tight = run([one, other, margin, same]);
			const wide = run([one, other, { ...margin, absolute: margin.absolute + more }, same]);
			assert.ok(wide.pValue >= tight.pValue - 1e-12);
		}),
	);
});

test('the unit does not matter: seconds and milliseconds give the same p', () => {
	fc.assert(
		fc.property(accuracies, accuracies, margins, (one, other, margin) => {
			const inMs = (values: number[]) => values.map((value) => value * 1000);
			const seconds = run([one, other, margin, true]);
			const ms = run([inMs(one), inMs(other), { ...margin, absolute: margin.absolute * 1000 }, true]);
			near(ms.pValue, seconds.pValue, 1e-6);
		}),
	);
});

test('a change is a regression from exactly where `seenFrom` says', () => {
	const before = [0.97, 0.98, 0.975];
	const margin = drop(0.005);
	const shifted = (change: number) => {
		const noise = [0.001, -0.001, 0];
		return testChange(bySeed(before), bySeed(before.map((value, i) => value + noise[i]! + change)), margin, 0)!;
	};
	const from = seenFrom(margin, shifted(0), 0.05);
	assert.ok(from < -0.005);
	assert.ok(shifted(from - 1e-6).pValue < 0.05 && shifted(from + 1e-6).pValue > 0.05);
});

test('critical values agree with the published table', () => {
	// scipy.stats.t.ppf(1 - tail, df)
	near(tCritical(0.05, 1), 6.313751514675043);
	near(tCritical(0.05, 2), 2.919985580353726);
	near(tCritical(0.05, 4), 2.1318467863266495);
	near(tCritical(0.01, 2), 6.964556734283271);
	near(tCritical(0.01, 4), 3.746947387979198);
});

test('Holm’s adjustment', () => {
	// R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") = 0.03 0.06 0.06 0.02
	const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
	for (const [i, expected] of [0.03, 0.06, 0.06, 0.02].entries()) near(adjusted[i], expected);
	assert.deepEqual(holm([]), []);
	assert.deepEqual(holm([0.7, 0.9]), [1, 1]);
});

test('an adjusted p is never smaller than it was, keeps the order, and is the same in any order of the tests', () => {
	const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
	fc.assert(
		fc.property(ps, (values) => {
			const adjusted = holm(values);
			for (const [i, p] of values.entries()) {
				assert.ok(adjusted[i]! >= p && adjusted[i]! <= 1);
				for (const [j, other] of values.entries()) if (p < other) assert.ok(adjusted[i]! <= adjusted[j]!);
			}
			assert.deepEqual(holm(values.toReversed()).toReversed(), adjusted);
		}),
	);
});
