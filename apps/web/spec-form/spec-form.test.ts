import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SweepSpec, type SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import fc from 'fast-check';
import { specFromForm } from './form-to-spec.ts';
import { type FormValues, initialValues } from './form-values.ts';
import { formFromSpec } from './spec-to-form.ts';
import { numberOrText } from './typed-text.ts';

const example = (name: string): SweepSpecInput =>
	JSON.parse(readFileSync(new URL(`../../../examples/${name}.json`, import.meta.url), 'utf8'));

/** What the API makes of a spec: every default filled in. */
const meaning = (spec: unknown) => SweepSpec.parse(spec);

const finite = { noNaN: true, noDefaultInfinity: true };
const eta = fc.double({ min: 1e-9, max: 100, minExcluded: true, ...finite });
const lambda = fc.double({ min: 0, max: 0.999, ...finite });
const batchSize = fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.constant('full' as const));

function axis<T, B>(value: fc.Arbitrary<T>, bound: fc.Arbitrary<B>) {
	const range = fc.record({
		from: bound,
		to: bound,
		steps: fc.integer({ min: 1, max: 50 }),
		scale: fc.constantFrom('linear' as const, 'log' as const),
	});
	return fc.oneof(fc.array(value, { minLength: 1, maxLength: 5 }), range);
}

const grid = fc.record({
	batchSize: axis(batchSize, fc.integer({ min: 1, max: 60_000 })),
	eta: axis(eta, eta),
	lambda: axis(lambda, lambda),
});
const initializer = fc.constantFrom('heNormal' as const, 'glorotUniform' as const);
const optimizer = fc.oneof(
	fc.record({ kind: fc.constantFrom('momentum' as const, 'nesterov' as const, 'sgd' as const) }),
	fc.record({ kind: fc.constant('adam' as const), beta1: fc.constant(0.8) }, { requiredKeys: ['kind'] }),
	fc.record({ kind: fc.constant('lars' as const), trustCoefficient: fc.constant(0.02) }, { requiredKeys: ['kind'] }),
);
const schedule = fc.record(
	{
		decay: fc.oneof(
			fc.constant({ kind: 'constant' as const }),
			fc.record({ kind: fc.constant('cosine' as const), final: fc.constant(0.1) }, { requiredKeys: ['kind'] }),
			fc.record({
				kind: fc.constant('step' as const),
				at: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
				factor: fc.constantFrom(0.1, 0.5),
			}),
		),
		warmup: fc.record({ epochs: fc.constantFrom(0.5, 2), from: fc.constant(0.1) }, { requiredKeys: ['epochs'] }),
		linearScaling: fc.constant({ baseBatchSize: 256 }),
	},
	{ requiredKeys: [] },
);
const loss = fc.oneof(
	fc.constant({ kind: 'mse' as const }),
	fc.record({ kind: fc.constant('softmaxCrossEntropy' as const), labelSmoothing: fc.constant(0.1) }),
);
const anySpec = fc.record(
	{
		name: fc.stringMatching(/^[a-z][a-z ]{0,20}[a-z]$/),
		dataset: fc.oneof(
			fc.constant({ name: 'mnist' as const, validation: 'test' as const, trainExamples: 500, splitSeed: 7 }),
			fc.record(
				{
					name: fc.constant('mnist' as const),
					validation: fc.constantFrom(10_000, 0.1),
					trainExamples: fc.integer({ min: 1, max: 50_000 }),
					splitSeed: fc.integer({ min: 0, max: 99 }),
				},
				{ requiredKeys: ['name'] },
			),
		),
		model: fc.oneof(
			fc.record({ preset: fc.constant('softmax' as const), initializer }, { requiredKeys: ['preset'] }),
			fc.record(
				{
					preset: fc.constant('mlp' as const),
					hidden: fc.array(fc.integer({ min: 1, max: 512 }), { minLength: 1, maxLength: 4 }),
					activation: fc.constantFrom('relu' as const, 'tanh' as const),
					initializer,
				},
				{ requiredKeys: ['preset'] },
			),
		),
		grid,
		configurations: fc.array(fc.record({ batchSize, eta, lambda }), { minLength: 1, maxLength: 3 }),
		seeds: fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 5 }),
		epochs: fc.integer({ min: 1, max: 100 }),
		optimizer,
		schedule,
		loss,
		weightDecay: fc.constantFrom(0, 1e-4),
		labels: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z:]{0,8}$/)),
		budget: fc.record(
			{
				maxTrials: fc.integer({ min: 1, max: 100 }),
				maxSeconds: fc.integer({ min: 1, max: 100 }),
				maxFailedTrials: fc.integer({ min: 0, max: 9 }),
			},
			{ requiredKeys: [] },
		),
	},
	{ requiredKeys: ['dataset', 'model', 'grid'] },
);

test('every valid spec means the same sweep after it has been through the form', () => {
	fc.assert(fc.property(anySpec, (spec) => assert.deepEqual(meaning(specFromForm(formFromSpec(spec))), meaning(spec))));
});

test('another optimizer or decay does not inherit the numbers of the first', () => {
	const values = formFromSpec({
		...example('quickstart'),
		optimizer: { kind: 'adam', beta1: 0.8 },
		schedule: { decay: { kind: 'cosine', final: 0.1 } },
	});
	const changed = specFromForm({ ...values, optimizer: 'lamb', decay: 'step' });
	assert.deepEqual(changed.optimizer, { kind: 'lamb' });
	assert.deepEqual(changed.schedule, { decay: { kind: 'step', at: [2] } });
});

test('the examples and the first values of the form are valid sweeps', () => {
	for (const name of ['quickstart', 'lecture-grid']) {
		const spec = example(name);
		assert.deepEqual(meaning(specFromForm(formFromSpec(spec))), meaning(spec));
	}
	meaning(specFromForm(initialValues));
});

test('a spec of explicit configurations gets no grid', () => {
	const { grid: _, ...spec } = { ...example('quickstart'), configurations: [{ batchSize: 10, eta: 0.1, lambda: 0 }] };
	assert.equal(specFromForm(formFromSpec(spec)).grid, undefined);
	assert.deepEqual(meaning(specFromForm(formFromSpec(spec))), meaning(spec));
});

test('text that is no finite number is passed on for the API to refuse, never turned into one', () => {
	for (const text of ['abc', '', '1e400', 'NaN', 'Infinity', '0,1']) assert.equal(numberOrText(text), text);
	assert.equal(numberOrText(' 1e-3 '), 0.001);
	const values: FormValues = { ...initialValues, eta: { ...initialValues.eta, list: ['0.1', 'fast'] } };
	assert.deepEqual(specFromForm(values).grid?.eta, [0.1, 'fast']);
});

test('an emptied number field is not silently the default', () => {
	const spec = specFromForm({ ...initialValues, epochs: '', maxTrials: '' });
	assert.equal(SweepSpec.safeParse(spec).success, false);
	assert.equal(spec.budget, undefined);
});

test('"full" is understood in any case, as a batch size only', () => {
	const list = (text: string) => ({ ...initialValues.batchSize, mode: 'list' as const, list: [text] });
	assert.deepEqual(specFromForm({ ...initialValues, batchSize: list('Full') }).grid?.batchSize, ['full']);
	assert.deepEqual(specFromForm({ ...initialValues, eta: list('Full') }).grid?.eta, ['Full']);
});
