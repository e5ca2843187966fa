import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extensionErrors, extensionOf, noExtension } from './extension.ts';

test('only what was typed is asked for, and what is no number is left for the API to refuse', () => {
	assert.deepEqual(extensionOf(noExtension), {});
	assert.deepEqual(extensionOf({ ...noExtension, seeds: ['3', '4'] }), { seeds: [3, 4] });
	assert.deepEqual(extensionOf({ ...noExtension, batchSize: ['50', 'Full'], eta: ['fast'] }), {
		grid: { batchSize: [50, 'full'], eta: ['fast'] },
	});
});

test('a refusal lands on its field, the first of several, and what is about no field is said beside them', () => {
	const errors = extensionErrors([
		{ pointer: '/grid/eta/1', message: 'must be positive' },
		{ pointer: '/grid/eta/2', message: 'must be a number' },
		{ pointer: '', message: 'must have at least one' },
	]);
	assert.deepEqual(errors, { eta: 'must be positive', general: 'must have at least one' });
});
