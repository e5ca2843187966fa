import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { fieldOrder, firstField, formErrors, parsePointer } from './field-errors.ts';
import { specFromForm } from './form-to-spec.ts';
import { initialValues } from './form-values.ts';

const spec = specFromForm({
	...initialValues,
	eta: { ...initialValues.eta, list: ['0.1', 'fast', '-1'] },
	lambda: { ...initialValues.lambda, mode: 'range' },
});

test('an error inside a list lands on its input and names the entry', () => {
	const { fields, general } = formErrors(
		[
			{ pointer: '/grid/eta/1', message: 'must be a number' },
			{ pointer: '/grid/eta/2', message: 'must be greater than 0' },
		],
		spec,
	);
	assert.deepEqual(fields, { 'eta.list': '“fast” must be a number; -1 must be greater than 0' });
	assert.deepEqual(general, []);
});

test('an error about a whole axis lands on the input that is shown for it', () => {
	const about = (axis: string) => Object.keys(formErrors([{ pointer: `/grid/${axis}`, message: 'no' }], spec).fields);
	assert.deepEqual(about('eta'), ['eta.list']);
	assert.deepEqual(about('lambda'), ['lambda.from']);
});

test('every part of a spec that the form edits has its input', () => {
	const places: [string, string][] = [
		['/name', 'name'],
		['/dataset/name', 'dataset'],
		['/dataset/validation', 'validation'],
		['/dataset/trainExamples', 'trainExamples'],
		['/dataset/splitSeed', 'splitSeed'],
		['/model', 'preset'],
		['/model/hidden/0', 'hidden'],
		['/model/initializer', 'initializer'],
		['/grid/lambda/steps', 'lambda.steps'],
		['/seeds/0', 'seeds'],
		['/epochs', 'epochs'],
		['/optimizer/kind', 'optimizer'],
		['/schedule/decay/kind', 'decay'],
		['/schedule/decay/at/0', 'decayAt'],
		['/schedule/warmup/epochs', 'warmupEpochs'],
		['/weightDecay', 'weightDecay'],
		['/labels/team', 'labels'],
		['/budget/maxSeconds', 'maxSeconds'],
	];
	for (const [pointer, field] of places) {
		const { fields } = formErrors([{ pointer, message: 'is wrong' }], spec);
		assert.deepEqual(Object.keys(fields), [field], pointer);
		assert.ok(fieldOrder.includes(field));
	}
});

test('an error that no input edits is still said, with its place', () => {
	const { fields, general } = formErrors(
		[
			{ pointer: '', message: 'is more than 10,000 trials' },
			{ pointer: '/configurations/0/eta', message: 'must be greater than 0' },
			{ pointer: '/grid', message: 'has too many points' },
			{ pointer: '/optimizer/beta1', message: 'must be at least 0' },
		],
		spec,
	);
	assert.deepEqual(fields, {});
	assert.deepEqual(general, [
		'Is more than 10,000 trials',
		'/configurations/0/eta: must be greater than 0',
		'/grid: has too many points',
		'/optimizer/beta1: must be at least 0',
	]);
});

test('the focus goes to the first wrong field of the page, not of the answer', () => {
	const { fields } = formErrors(
		[
			{ pointer: '/epochs', message: 'must be at least 1' },
			{ pointer: '/grid/eta/0', message: 'must be greater than 0' },
		],
		spec,
	);
	assert.equal(firstField(fields), 'eta.list');
	assert.equal(firstField({}), undefined);
});

test('many errors on one input stay readable', () => {
	const errors = Array.from({ length: 9 }, (_, index) => ({ pointer: `/seeds/${index}`, message: 'is a duplicate' }));
	const text = formErrors(errors, { seeds: Array.from({ length: 9 }, () => 7) }).fields.seeds;
	assert.equal(text, '7 is a duplicate; 7 is a duplicate; 7 is a duplicate; and 6 more');
});

test('pointers are unescaped', () => {
	assert.deepEqual(parsePointer('/labels/a~1b~0c'), ['labels', 'a/b~c']);
	assert.deepEqual(parsePointer(''), []);
});

test('what the contract itself refuses can be placed', () => {
	const parsed = SweepSpec.safeParse(spec);
	assert.ok(!parsed.success);
	const errors = parsed.error.issues.map((issue) => ({ pointer: `/${issue.path.join('/')}`, message: issue.message }));
	assert.ok('eta.list' in formErrors(errors, spec).fields);
});
