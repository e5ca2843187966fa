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

test('the quickstart stays small enough for a first minute: 24 configurations, 3 epochs, one seed', () => {
	const { grid, seeds, epochs } = read('quickstart.json');
	assert.ok(grid && [grid.batchSize, grid.eta, grid.lambda].every(Array.isArray));
	const configurations = [grid.batchSize, grid.eta, grid.lambda].reduce(
		(product, axis) => product * (axis as []).length,
		1,
	);
	assert.deepEqual([configurations, seeds, epochs], [24, [0], 3]);
});
