import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAddressChanges } from './address-changes.ts';

const set = (name: string, value: string) => (params: URLSearchParams) => {
	params.set(name, value);
	return params;
};

/** An address that takes a change some turns after it was asked to, as a router does. */
function slowAddress() {
	const address = { search: '?tab=heat' };
	const go = async (search: string) => {
		for (let turn = 0; turn < 3; turn++) await Promise.resolve();
		address.search = search;
	};
	return { address, go, change: createAddressChanges(() => address.search) };
}

test('two changes at once are both in the address', async () => {
	const { address, go, change } = slowAddress();
	await Promise.all([change(set('sort', 'eta'), go), change(set('top', '10'), go)]);
	assert.equal(address.search, '?tab=heat&sort=eta&top=10');
});

test('a second change that sees the first may build on it', async () => {
	const { address, go, change } = slowAddress();
	const flip = (params: URLSearchParams) => set('sort', params.get('sort') === 'eta' ? '-eta' : 'eta')(params);
	await Promise.all([change(flip, go), change(flip, go)]);
	assert.equal(address.search, '?tab=heat&sort=-eta');
});

test('what was written is forgotten when it is there: the next change begins with the address', async () => {
	const { address, go, change } = slowAddress();
	await change(set('sort', 'eta'), go);
	address.search = '?B=10';
	await change(set('top', '10'), go);
	assert.equal(address.search, '?B=10&top=10');
});

test('a change that failed is not the beginning of the next', async () => {
	const { address, go, change } = slowAddress();
	await assert.rejects(
		change(set('sort', 'eta'), () => Promise.reject(new Error('no'))),
		/no/,
	);
	await change(set('top', '10'), go);
	assert.equal(address.search, '?tab=heat&top=10');
});
