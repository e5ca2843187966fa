import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BasinError } from '../contracts/errors.ts';
import { SweepExtension, type SweepExtensionInput } from '../contracts/sweep-extension.ts';
import { SweepSpec, type SweepSpecInput } from '../contracts/sweep-spec.ts';
import { configurationKey } from './configuration-hash.ts';
import { datasets } from './datasets.ts';
import { planExtension } from './extend-sweep.ts';
import { planSweep } from './sweep-plan.ts';

const dataset = datasets.mnist;
const base: SweepSpecInput = { dataset: { name: 'mnist' }, model: { preset: 'softmax' }, grid: { eta: [0.1] } };

function plan(spec: Partial<SweepSpecInput>, extension: SweepExtensionInput) {
	const parsed = SweepSpec.parse({ ...base, ...spec });
	const { trainSize } = planSweep(parsed, dataset);
	return planExtension({ spec: parsed, trainSize, dataset, extension: SweepExtension.parse(extension) });
}

/** The field errors of a refusal. */
function refusal(spec: Partial<SweepSpecInput>, extension: SweepExtensionInput) {
	try {
		plan(spec, extension);
	} catch (error) {
		assert.ok(error instanceof BasinError && error.code === 'invalid_spec');
		return error.errors!;
	}
	return assert.fail('the extension was accepted');
}

test('new values combine with all values of the other axes, old and new, and the spec says so', () => {
	const { spec, configurations, skipped } = plan(
		{ grid: { batchSize: [10, 'full'], eta: { from: 0.1, to: 1, steps: 2 } }, seeds: [0] },
		{ grid: { batchSize: [100], lambda: [0.9] }, seeds: [1] },
	);
	assert.deepEqual(spec.grid, {
		batchSize: [10, 'full', 100],
		eta: { from: 0.1, to: 1, steps: 2, scale: 'linear' },
		lambda: [0, 0.9],
	});
	assert.deepEqual(spec.seeds, [0, 1]);
	assert.equal(configurations.length, 3 * 2 * 2);
	assert.deepEqual(skipped, []);
});

test('what the sweep has already is left out, and pointed at', () => {
	const { spec, configurations, skipped } = plan(
		{ grid: { batchSize: ['full'], eta: [0.1] }, configurations: [{ batchSize: 7, eta: 0.7 }], seeds: [0, 1] },
		{
			grid: { batchSize: [54_000, 7], eta: [1e-1] },
			configurations: [
				{ batchSize: 7, eta: 0.7 },
				{ batchSize: 'full', eta: 0.2 },
			],
			seeds: [1, 2],
		},
	);
	assert.deepEqual(
		skipped.map(({ pointer }) => pointer),
		['/seeds/0', '/grid/batchSize/0', '/grid/eta/0', '/configurations/0'],
	);
	assert.equal(skipped[2]?.message, 'asks for 0.1, which is already in the sweep');
	assert.deepEqual(spec.seeds, [0, 1, 2]);
	assert.deepEqual(configurations.map(configurationKey).length, 4);
});

test('a point that the grid takes in is no longer listed apart', () => {
	const { spec, configurations } = plan(
		{ grid: { batchSize: [10], eta: [0.1] }, configurations: [{ batchSize: 10, eta: 0.2 }] },
		{ grid: { eta: [0.2] } },
	);
	assert.equal('configurations' in spec, false);
	assert.equal(configurations.length, 2);
});

test('an extension that is not valid is refused where it says it', () => {
	assert.equal(refusal({}, { grid: { batchSize: [1, 60_000] } })[0]?.pointer, '/grid/batchSize/1');
	assert.equal(refusal({}, { seeds: [5, 5] })[0]?.pointer, '/seeds/0');
	assert.equal(
		refusal({}, { configurations: [{ batchSize: 60_000, eta: 1 }] })[0]?.pointer,
		'/configurations/0/batchSize',
	);
	const explicit = { grid: undefined, configurations: [{ batchSize: 10, eta: 0.1 }] };
	assert.deepEqual(
		refusal(explicit, { grid: { eta: [1] } }).map(({ pointer }) => pointer),
		['/grid/batchSize', '/grid/lambda'],
	);
});

test('epochs are refused in one sentence that says what to do, and so is an extension by nothing', () => {
	const refused = SweepExtension.safeParse({ epochs: 9 });
	assert.match(refused.error!.issues[0]!.message, /submit a new sweep with more epochs/);
	assert.equal(SweepExtension.safeParse({}).success, false);
});

test('a sweep that would become too large is refused before it is expanded', () => {
	const many = { from: 1, to: 10_000, steps: 10_000 };
	const [fault] = refusal({}, { grid: { batchSize: many, eta: { from: 0.1, to: 1, steps: 10_000 } } });
	assert.match(fault!.message, /at most 10,000 are allowed/);
	const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
	assert.equal(
		refusal({ seeds: hundred }, { grid: { eta: hundred } })[0]?.message,
		'makes a sweep of 10,100 trials; at most 10,000 are allowed',
	);
	assert.equal(
		refusal({ budget: { maxTrials: 2 } }, { seeds: [1, 2] })[0]?.message,
		'makes a sweep of 3 trials, but its budget has maxTrials = 2',
	);
});

test('an extended spec, submitted anew, makes the same trials; extending it again the same way adds nothing', () => {
	const values = (max: number) => fc.uniqueArray(fc.integer({ min: 1, max }), { minLength: 1, maxLength: 4 });
	const grid = fc.record({ batchSize: values(6), eta: values(6), lambda: fc.constant<number[]>([0]) });
	const points = fc.option(
		fc.uniqueArray(fc.record({ batchSize: fc.integer({ min: 1, max: 6 }), eta: fc.integer({ min: 1, max: 6 }) }), {
			minLength: 1,
			maxLength: 4,
			selector: ({ batchSize, eta }) => `${batchSize} ${eta}`,
		}),
		{ nil: undefined },
	);
	fc.assert(
		fc.property(grid, values(9), grid, points, values(9), (old, oldSeeds, wanted, configurations, seeds) => {
			const inGrid = ({ batchSize, eta }: { batchSize: number; eta: number }) =>
				wanted.batchSize.includes(batchSize) && wanted.eta.includes(eta);
			fc.pre(!configurations?.some(inGrid));
			const extension: SweepExtensionInput = { grid: wanted, seeds, ...(configurations ? { configurations } : {}) };
			const { spec, configurations: all } = plan({ grid: old, seeds: oldSeeds }, extension);
			assert.deepEqual(planSweep(spec, dataset).configurations, all);
			const again = plan(spec as SweepSpecInput, extension);
			assert.deepEqual([again.spec, again.configurations], [spec, all]);
			const asked = wanted.batchSize.length + wanted.eta.length + 1 + seeds.length + (configurations?.length ?? 0);
			assert.equal(again.skipped.length, asked);
		}),
	);
});
