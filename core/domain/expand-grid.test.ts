import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { BasinError, type FieldError } from '../contracts/errors.ts';
import { limits, SweepSpec, type SweepSpecInput } from '../contracts/sweep-spec.ts';
import { configurationKey } from './configuration-hash.ts';
import { countTrials, expandGrid } from './expand-grid.ts';

const trainSize = 54_000;

function specOf(part: Partial<SweepSpecInput>): SweepSpec {
	return SweepSpec.parse({ dataset: { name: 'mnist' }, model: { preset: 'softmax' }, ...part });
}

function faultsOf(part: Partial<SweepSpecInput>): FieldError[] {
	try {
		expandGrid(specOf(part), trainSize);
	} catch (error) {
		assert.ok(error instanceof BasinError, String(error));
		assert.equal(error.code, 'invalid_spec');
		return error.errors ?? [];
	}
	return [];
}

const pointersOf = (part: Partial<SweepSpecInput>) => faultsOf(part).map(({ pointer }) => pointer);

describe('expandGrid', () => {
	it('orders points by batch size, then η, then λ, with explicit points last', () => {
		const spec = specOf({
			grid: { batchSize: [10, 'full'], eta: [0.1, 0.2], lambda: [0, 0.9] },
			configurations: [{ batchSize: 1, eta: 0.5 }],
		});
		assert.deepEqual(
			expandGrid(spec, trainSize).map(({ batchSize, eta, lambda }) => [batchSize, eta, lambda]),
			[
				[10, 0.1, 0],
				[10, 0.1, 0.9],
				[10, 0.2, 0],
				[10, 0.2, 0.9],
				[trainSize, 0.1, 0],
				[trainSize, 0.1, 0.9],
				[trainSize, 0.2, 0],
				[trainSize, 0.2, 0.9],
				[1, 0.5, 0],
			],
		);
	});

	it('makes clean numbers of a log range', () => {
		const spec = specOf({ grid: { eta: { from: 0.001, to: 1, steps: 4, scale: 'log' } } });
		assert.deepEqual(
			expandGrid(spec, trainSize).map(({ eta }) => eta),
			[0.001, 0.01, 0.1, 1],
		);
	});

	it('makes clean numbers of a linear range, whose scale is the default', () => {
		const spec = specOf({ grid: { lambda: { from: 0, to: 0.9, steps: 4 } } });
		assert.deepEqual(
			expandGrid(spec, trainSize).map(({ lambda }) => lambda),
			[0, 0.3, 0.6, 0.9],
		);
	});

	it('makes whole batch sizes of a log range', () => {
		const spec = specOf({ grid: { batchSize: { from: 1, to: 54_000, steps: 4, scale: 'log' } } });
		assert.deepEqual(
			expandGrid(spec, trainSize).map(({ batchSize }) => batchSize),
			[1, 38, 1429, 54_000],
		);
	});

	it('keeps ranges inclusive, strictly monotonic and as long as asked, for any bounds', () => {
		const bound = fc.double({ min: 1e-12, max: 1e12, noNaN: true });
		const range = fc.record({
			from: bound,
			to: bound,
			steps: fc.integer({ min: 2, max: 300 }),
			scale: fc.constantFrom('linear' as const, 'log' as const),
		});
		fc.assert(
			fc.property(range, (eta) => {
				fc.pre(Math.abs(Math.log(eta.to / eta.from)) > 1e-6);
				const values = expandGrid(specOf({ grid: { eta } }), trainSize).map((point) => point.eta);
				assert.equal(values.length, eta.steps);
				assert.equal(values[0], eta.from);
				assert.equal(values.at(-1), eta.to);
				const sign = Math.sign(eta.to - eta.from);
				assert.ok(values.slice(1).every((value, index) => Math.sign(value - values[index]!) === sign));
			}),
		);
	});

	it('expands to exactly the counted number of points, all different, for any grid it accepts', () => {
		const axis = (value: fc.Arbitrary<number>) => fc.uniqueArray(value, { minLength: 1, maxLength: 8 });
		const grid = fc.record({
			batchSize: axis(fc.integer({ min: 1, max: trainSize })),
			eta: axis(fc.double({ min: 1e-6, max: 10, noNaN: true })),
			lambda: axis(fc.double({ min: 0, max: 0.999, noNaN: true })),
		});
		fc.assert(
			fc.property(grid, (generated) => {
				const spec = specOf({ grid: generated });
				const points = expandGrid(spec, trainSize);
				assert.equal(points.length, countTrials(spec).configurations);
				assert.equal(new Set(points.map(configurationKey)).size, points.length);
			}),
		);
	});
});

describe('expandGrid refuses', () => {
	it('two spellings of one number, at both entries', () => {
		const eta = JSON.parse('[0.1, 0.2, 1e-1]') as number[];
		assert.deepEqual(faultsOf({ grid: { eta } }), [
			{ pointer: '/grid/eta/0', message: 'is repeated at /grid/eta/2: both are 0.1' },
			{ pointer: '/grid/eta/2', message: 'repeats /grid/eta/0: both are 0.1' },
		]);
	});

	it('"full" beside N', () => {
		assert.deepEqual(pointersOf({ grid: { batchSize: ['full', 10, trainSize] } }), [
			'/grid/batchSize/0',
			'/grid/batchSize/2',
		]);
	});

	it('0 beside −0', () => {
		assert.deepEqual(pointersOf({ grid: { lambda: [0, -0] } }), ['/grid/lambda/0', '/grid/lambda/1']);
	});

	it('equal seeds', () => {
		assert.deepEqual(pointersOf({ grid: {}, seeds: [7, 1, 7, 7] }), ['/seeds/0', '/seeds/2', '/seeds/3']);
	});

	it('equal explicit configurations, with "full" resolved', () => {
		const configurations = [
			{ batchSize: 'full' as const, eta: 0.1 },
			{ batchSize: 5, eta: 0.1 },
			{ batchSize: trainSize, eta: 0.1, lambda: 0 },
		];
		assert.deepEqual(pointersOf({ configurations }), ['/configurations/0', '/configurations/2']);
	});

	it('an explicit configuration that the grid already has, at both entries', () => {
		const part = {
			grid: { batchSize: { from: 10, to: 30, steps: 3 }, eta: [0.1], lambda: [0] },
			configurations: [
				{ batchSize: 5, eta: 0.1 },
				{ batchSize: 20, eta: 0.1 },
			],
		};
		assert.deepEqual(pointersOf(part), ['/configurations/1', '/grid']);
	});

	it('a batch size above N, wherever it stands', () => {
		assert.deepEqual(faultsOf({ grid: { batchSize: [1, trainSize + 1] } }), [
			{
				pointer: '/grid/batchSize/1',
				message: 'must be at most 54,000, the number of examples trained on, but is 54,001',
			},
		]);
		assert.deepEqual(pointersOf({ grid: { batchSize: { from: 1, to: 60_000, steps: 2 } } }), ['/grid/batchSize/to']);
		assert.deepEqual(pointersOf({ configurations: [{ batchSize: 60_000, eta: 1 }] }), ['/configurations/0/batchSize']);
	});

	it('ranges that cannot be: one step between two ends, many steps at one place, log of 0, too few whole numbers', () => {
		const eta = (from: number, to: number, steps: number) => ({ grid: { eta: { from, to, steps } } });
		assert.deepEqual(pointersOf(eta(0.1, 1, 1)), ['/grid/eta/steps']);
		assert.deepEqual(pointersOf(eta(0.1, 0.1, 2)), ['/grid/eta/steps']);
		assert.deepEqual(pointersOf(eta(0.1, 0.1, 1)), []);
		assert.deepEqual(pointersOf(eta(1, 1 + Number.EPSILON, 3)), ['/grid/eta/steps']);
		assert.deepEqual(pointersOf({ grid: { lambda: { from: 0, to: 0.9, steps: 3, scale: 'log' } } }), [
			'/grid/lambda/from',
		]);
		assert.deepEqual(pointersOf({ grid: { batchSize: { from: 1, to: 10, steps: 11 } } }), ['/grid/batchSize/steps']);
	});

	it('a grid of 10⁹ points by arithmetic alone, with the numbers', () => {
		const thousand = { from: 1e-3, to: 0.9, steps: 1000 };
		const spec = specOf({ grid: { batchSize: { from: 1, to: 1000, steps: 1000 }, eta: thousand, lambda: thousand } });
		assert.deepEqual(countTrials(spec), { configurations: 1e9, trials: 1e9 });
		const before = process.memoryUsage().heapUsed;
		assert.throws(
			() => expandGrid(spec, trainSize),
			(error: BasinError) =>
				error.code === 'invalid_spec' &&
				error.message ===
					'/grid makes 1,000 batch sizes × 1,000 η × 1,000 λ × 1 seed = 1,000,000,000 trials; at most 10,000 are allowed.',
		);
		assert.ok(process.memoryUsage().heapUsed - before < 10e6);
	});

	it('more trials than the sweep’s own budget, and accepts as many', () => {
		const part = (maxTrials: number) => ({ grid: { eta: [1, 2, 3] }, seeds: [0, 1], budget: { maxTrials } });
		assert.deepEqual(faultsOf(part(5)), [
			{
				pointer: '/budget/maxTrials',
				message: 'is 5, but the sweep makes 1 batch size × 3 η × 1 λ × 2 seeds = 6 trials',
			},
		]);
		assert.deepEqual(faultsOf(part(6)), []);
	});

	it('one trial above the bound, and accepts the bound itself', () => {
		const seeds = Array.from({ length: 100 }, (_, seed) => seed);
		const eta = (steps: number) => ({ grid: { eta: { from: 0.001, to: 1, steps } }, seeds });
		assert.equal(expandGrid(specOf(eta(100)), trainSize).length * seeds.length, limits.trialsPerSweep);
		assert.deepEqual(pointersOf(eta(101)), ['/grid']);
	});

	it('with no more than 50 field errors, however many there are', () => {
		const eta = Array.from({ length: 400 }, () => 0.1);
		assert.equal(faultsOf({ grid: { eta } }).length, 50);
	});
});
