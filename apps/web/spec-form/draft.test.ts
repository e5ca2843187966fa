import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clearDraft, type DraftStorage, loadDraft, saveDraft } from './draft.ts';
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
	const draft = { ...initialValues, name: 'half-way', epochs: '' };
	assert.equal(loadDraft(storage), null);
	saveDraft(storage, draft);
	assert.deepEqual(loadDraft(storage), draft);
	clearDraft(storage);
	assert.equal(loadDraft(storage), null);
});

test('a draft of another version or a broken one is forgotten, not shown', () => {
	const storage = memory();
	saveDraft(storage, initialValues);
	const [key] = storage.items.keys();
	for (const text of ['{"name":"old"}', '{', 'null', '[]']) {
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
	saveDraft(storage, initialValues);
	clearDraft(storage);
});
