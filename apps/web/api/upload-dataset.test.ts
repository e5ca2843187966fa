import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OwnDatasetName } from '@basin/core/contracts/datasets.ts';
import fc from 'fast-check';
import { formatOfFile, nameOfFile } from './upload-dataset.ts';

test('a file’s name becomes one that sweeps may use, or nothing', () => {
	assert.equal(nameOfFile('My Points (2).csv'), 'my-points-2-');
	fc.assert(
		fc.property(fc.string(), (name) => {
			const own = nameOfFile(name);
			assert.ok(own === '' || OwnDatasetName.safeParse(own).success, own);
		}),
	);
});

test('the format is known by the name of the file', () => {
	for (const [name, format] of [
		['a.CSV', 'csv'],
		['a.npz', 'npz'],
		['a.safetensors', 'safetensors'],
		['train-images-idx3-ubyte.gz', 'idx'],
		['a.txt', null],
	] as const)
		assert.equal(formatOfFile(name), format);
});
