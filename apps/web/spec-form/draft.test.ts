import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clearDraft, type Draft, type DraftStorage, draftFromSpec, emptyDraft, loadDraft, saveDraft } from './draft.ts';
import { initialValues } from './form-values.ts';

function memory(): DraftStorage & { items: Map<string, string> } {
	const items = new Map<string, string>();
	return {
		items,
		getItem: (key) => items.get(key) ?? null,
		setItem: (key, value) => void items.set(key, value),
		removeItem: (key) => void items.delete(key),
	};
}

test('a draft survives a reload and is gone after the submit', () => {
	const storage = memory();
	const draft: Draft = { values: { ...initialValues, name: 'half-way', epochs: '' }, text: '{ "name": ' };
	assert.equal(loadDraft(storage), null);
	saveDraft(storage, draft);
	assert.deepEqual(loadDraft(storage), draft);
	clearDraft(storage);
	assert.equal(loadDraft(storage), null);
});

test('a draft of another version or a broken one is forgotten, not shown', () => {
	const storage = memory();
	saveDraft(storage, emptyDraft);
	const [key] = storage.items.keys();
	for (const text of ['{"name":"old"}', JSON.stringify(initialValues), '{', 'null', '[]']) {
		storage.items.set(key!, text);
		assert.equal(loadDraft(storage), null, text);
	}
});

test('blocked storage breaks nothing', () => {
	const refuse = () => {
		throw new DOMException('denied', 'SecurityError');
	};
	const storage = { getItem: refuse, setItem: refuse, removeItem: refuse };
	assert.equal(loadDraft(storage), null);
	saveDraft(storage, emptyDraft);
	clearDraft(storage);
});

test('an earlier sweep becomes a form that says the same, or a text when the form has no field for all of it', () => {
	const spec = { dataset: { name: 'mnist' }, model: { preset: 'mlp' as const }, grid: { eta: [0.3] } };
	const plain = draftFromSpec(spec);
	assert.deepEqual([plain.text, plain.values.eta.list], [null, ['0.3']]);
	const pinned = { ...spec, dataset: { name: 'mine', sha256: 'a'.repeat(64) } };
	assert.deepEqual(JSON.parse(draftFromSpec(pinned).text!), pinned);
});
