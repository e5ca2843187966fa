import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { readSpecText } from './edited-spec.ts';
import { specFromForm } from './form-to-spec.ts';

const base = { dataset: { name: 'mnist' }, model: { preset: 'mlp', hidden: [64] }, grid: { eta: [0.1] } };
const read = (spec: unknown) => readSpecText(JSON.stringify(spec));

test('a spec that was typed fills the form, and the form means the same', () => {
	const spec = { ...base, epochs: 7, engine: 'tensorflow', optimizer: { kind: 'nesterov' }, labels: { team: 'a' } };
	const edited = read(spec);
	assert.equal(edited.kind, 'form');
	assert.ok(edited.kind === 'form');
	assert.deepEqual(SweepSpec.parse(specFromForm(edited.values)), SweepSpec.parse(spec));
});

test('what the form has no field for is kept as it was typed, not dropped', () => {
	const spec = { ...base, dataset: { name: 'mine', sha256: 'a'.repeat(64) } };
	const edited = read(spec);
	assert.ok(edited.kind === 'raw');
	assert.deepEqual(edited.spec, spec);
});

test('a spec that is not valid is passed on for the API to say so, and what is no JSON object is told here', () => {
	assert.equal(read({ ...base, grid: { eta: ['fast'] } }).kind, 'raw');
	assert.equal(read({}).kind, 'raw');
	for (const text of ['', '{', '[1]', 'null', '3']) assert.equal(readSpecText(text).kind, 'broken', text);
});
