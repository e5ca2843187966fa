import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';

const folder = new URL('../../examples/', import.meta.url);
const read = (name: string) => SweepSpec.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));

test('every example is a valid sweep', () => {
	const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
	assert.ok(names.includes('quickstart.json') && names.includes('lecture-grid.json'), names.join());
	for (const name of names) assert.doesNotThrow(() => read(name), name);
});

test('the quickstart is the grid that the comparison with Optuna runs: 24 configurations, 3 epochs, one seed', () => {
	const { dataset, model, grid, seeds, epochs } = read('quickstart.json');
	assert.deepEqual(grid, { batchSize: [32, 100, 1000, 10000], eta: [0.01, 0.05, 0.1], lambda: [0, 0.9] });
	assert.deepEqual([dataset.name, dataset.validation, seeds, epochs], ['mnist', 10000, [0], 3]);
	assert.deepEqual(model, { preset: 'mlp', hidden: [128], activation: 'relu' });
});
