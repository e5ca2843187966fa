import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formErrors } from '../spec-form/field-errors.ts';
import { extensionOf, noExtension } from './extension.ts';

test('only what was typed is asked for, and what is no number is left for the API to refuse', () => {
	const { batchSize, eta } = noExtension;
	assert.deepEqual(extensionOf(noExtension), {});
	assert.deepEqual(extensionOf({ ...noExtension, seeds: ['3', '4'] }), { seeds: [3, 4] });
	const typed = { batchSize: { ...batchSize, list: ['50', 'Full'] }, eta: { ...eta, list: ['fast'] } };
	assert.deepEqual(extensionOf({ ...noExtension, ...typed }), { grid: { batchSize: [50, 'full'], eta: ['fast'] } });
});

test('a range is asked for as a range, also beside lists', () => {
	const eta = { ...noExtension.eta, mode: 'range' as const, from: '0.1', to: '1', steps: 3 };
	assert.deepEqual(extensionOf({ ...noExtension, eta, seeds: ['1'] }), {
		seeds: [1],
		grid: { eta: { from: 0.1, to: 1, steps: 3, scale: 'log' } },
	});
});

test('a refusal lands on its field, and what is about no field is said beside them', () => {
	const eta = { ...noExtension.eta, list: ['-1', 'fast'] };
	const errors = [
		{ pointer: '/grid/eta/0', message: 'must be positive' },
		{ pointer: '', message: 'must have at least one' },
	];
	assert.deepEqual(formErrors(errors, extensionOf({ ...noExtension, eta })), {
		fields: { 'eta.list': '-1 must be positive' },
		general: ['Must have at least one'],
	});
});
