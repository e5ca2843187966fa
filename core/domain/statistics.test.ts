import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
	centralProbability,
	confidence95,
	interquartileRange,
	mean,
	median,
	quantile,
	sampleStd,
	tQuantile975,
} from './statistics.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
const near = (actual: number, expected: number, tolerance: number) =>
	assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);

test('t quantiles agree with the published table', () => {
	// scipy.stats.t.ppf(0.975, df)
	const table: [number, number][] = [
		[1, 12.706204736174694],
		[2, 4.302652729749462],
		[3, 3.182446305283708],
		[4, 2.7764451051977934],
		[5, 2.570581835636314],
		[9, 2.262157162798205],
		[10, 2.2281388519649385],
		[29, 2.045229642132703],
		[30, 2.0422724563012373],
		[99, 1.9842169515086827],
		[120, 1.9799304050824413],
		[999, 1.9623414611334487],
	];
	for (const [degreesOfFreedom, expected] of table) near(tQuantile975(degreesOfFreedom), expected, 1e-9);
});

test('the half-widths that the design quotes: 2.48 s for 3 seeds, 1.24 s for 5, 0.72 s for 10', () => {
	for (const [n, expected] of [
		[3, 2.48],
		[5, 1.24],
		[10, 0.72],
	] as const) {
		near(confidence95(n, 0, 1)![1], expected, 0.005);
	}
});

test('more degrees of freedom never widen an interval, and a quantile is where 95 % lie', () => {
	for (let degreesOfFreedom = 1; degreesOfFreedom < 400; degreesOfFreedom++) {
		assert.ok(tQuantile975(degreesOfFreedom + 1) < tQuantile975(degreesOfFreedom));
		near(centralProbability(tQuantile975(degreesOfFreedom), degreesOfFreedom), 0.95, 1e-12);
	}
});

test('one value has no spread and no interval', () => {
	assert.equal(sampleStd([3]), null);
	assert.equal(confidence95(1, 3, null), null);
});

test('shifting values shifts mean, median and interval, and leaves the spread alone', () => {
	fc.assert(
		fc.property(values, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (xs, shift) => {
			const moved = xs.map((x) => x + shift);
			near(mean(moved), mean(xs) + shift, 1e-6);
			near(median(moved), median(xs) + shift, 1e-6);
			if (xs.length > 1) near(sampleStd(moved)!, sampleStd(xs)!, 1e-4);
		}),
	);
});

test('quantiles lie within the values, grow with p, and do not depend on the order', () => {
	fc.assert(
		fc.property(
			values,
			fc.double({ min: 0, max: 1, noNaN: true }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(xs, p, q) => {
				const [low, high] = [Math.min(p, q), Math.max(p, q)];
				assert.ok(quantile(xs, low) <= quantile(xs, high));
				assert.ok(quantile(xs, low) >= Math.min(...xs) && quantile(xs, high) <= Math.max(...xs));
				assert.equal(quantile(xs.toReversed(), p), quantile(xs, p));
			},
		),
	);
});

test('median and quartiles of small samples', () => {
	assert.equal(median([3, 1, 2]), 2);
	assert.equal(median([4, 1, 2, 3]), 2.5);
	assert.deepEqual(interquartileRange([1, 2, 3, 4, 5]), [2, 4]);
	assert.deepEqual(interquartileRange([7]), [7, 7]);
	assert.throws(() => mean([]));
	assert.throws(() => median([]));
});
