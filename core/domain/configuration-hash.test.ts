import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { configurationHash } from './configuration-hash.ts';

it('spellings of one number are one configuration', () => {
	const hashes = ['0.1', '1e-1', '0.10', '100e-3'].map((text) =>
		configurationHash({ batchSize: Number('1e2'), eta: Number(text), lambda: 0 }),
	);
	assert.deepEqual(new Set(hashes), new Set([configurationHash({ batchSize: 100, eta: 0.1, lambda: -0 })]));
});

it('the hash is stored, so it must never change', () => {
	assert.equal(configurationHash({ batchSize: 100, eta: 0.1, lambda: 0.9 }), '6a2fd1ddcba34167');
});

it('different configurations have different hashes', () => {
	const value = fc.double({ min: 0, max: 1, noNaN: true });
	const configuration = fc.record({ batchSize: fc.integer({ min: 1, max: 60_000 }), eta: value, lambda: value });
	fc.assert(
		fc.property(configuration, configuration, (one, other) => {
			const equal = one.batchSize === other.batchSize && one.eta === other.eta && one.lambda === other.lambda;
			assert.equal(configurationHash(one) === configurationHash(other), equal);
		}),
	);
});
