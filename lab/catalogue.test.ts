import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experiments } from './catalogue.ts';

test('the catalogue tests every claim of the lecture, each experiment under a name of its own', () => {
	const claims = new Set(experiments.flatMap((experiment) => experiment.claims));
	assert.deepEqual(claims, new Set(Array.from({ length: 12 }, (_, i) => `L${i + 1}`)));
	assert.equal(new Set(experiments.map(({ id }) => id)).size, experiments.length);
	const quick = experiments.reduce((sum, { seconds }) => sum + seconds.quick, 0);
	assert.ok(quick < 20 * 60, `all quick sizes together are said to take ${quick} s`);
});
