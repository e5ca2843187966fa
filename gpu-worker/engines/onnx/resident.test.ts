import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tensor } from 'onnxruntime-node';
import { Residents } from './resident.ts';

const values = new Uint8Array(4);
const labels = new Uint8Array(2);
const feeds = (changes: { values?: Uint8Array; labels?: Uint8Array; width?: number } = {}) => ({
	values: new Tensor('uint8', changes.values ?? values, [4 / (changes.width ?? 2), changes.width ?? 2]),
	labels: new Tensor('uint8', changes.labels ?? labels, [2]),
	eta: new Tensor('float32', Float32Array.of(1), [1]),
});

test('rows are copied once, and again for other values, labels or shapes; the oldest of three is forgotten', async () => {
	const residents = new Residents();
	const uploads: Record<string, Tensor>[] = [];
	const place = (input: Record<string, Tensor>) =>
		residents.place(input, async (tensors) => {
			uploads.push(tensors);
			return tensors;
		});
	const first = feeds();
	assert.deepEqual(await place(first), first);
	const again = await place(feeds());
	assert.equal(uploads.length, 1);
	assert.equal(again.values, first.values);
	await place(feeds({ labels: labels.slice() }));
	assert.equal(uploads.length, 2, 'other labels of the same values');
	await place(feeds());
	assert.equal(uploads.length, 2, 'both are kept');
	await place(feeds({ width: 1 }));
	assert.equal(uploads.length, 3, 'another shape');
	await place(feeds({ labels: labels.slice() }));
	await place(feeds());
	assert.equal(uploads.length, 5, 'the oldest was forgotten');
});
