import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
	formatBytes,
	formatDuration,
	formatHalfWidth,
	formatLoss,
	formatMoney,
	formatPercent,
	formatQuantity,
	formatSeconds,
	formatSecondsTick,
	formatValue,
} from './numbers.ts';

/** Tables below are written with plain spaces. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('a hyperparameter reads as a person writes it', () => {
	const written: [number, string][] = [
		[0, '0'],
		[0.001, '0.001'],
		[0.1 + 0.2, '0.3'],
		[0.0001, '0.0001'],
		[0.00001, '1e-5'],
		[0.0316227766, '0.0316228'],
		[54_000, '54000'],
		[2_000_000, '2e6'],
	];
	for (const [value, text] of written) assert.equal(formatValue(value), text);
});

test('a hyperparameter with up to six digits can be pasted back', () => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: -12, max: 6 }), (digits, power) => {
			const value = Number(`${digits}e${power}`);
			assert.equal(Number(formatValue(value)), value);
		}),
	);
});

test('an accuracy has two decimals, and only a perfect one reads 100 %', () => {
	assert.equal(plain(formatPercent(0.9793)), '97.93 %');
	assert.equal(plain(formatPercent(0.99999)), '99.99 %');
	assert.equal(plain(formatPercent(1)), '100.00 %');
	assert.equal(plain(formatPercent(0.999, 0)), '99 %');
	assert.equal(plain(formatPercent(0.256, 0)), '26 %');
	assert.equal(plain(formatHalfWidth([0.9768, 0.9818])), '± 0.25');
});

test('a measured time has three digits, in milliseconds below a second and in seconds from there', () => {
	const written: [number, string][] = [
		[0, '0 ms'],
		[0.000_000_4, 'under 0.001 ms'],
		[0.000_183_4, '0.183 ms'],
		[0.008_21, '8.21 ms'],
		[0.0168, '16.8 ms'],
		[0.999_4, '999 ms'],
		[0.999_9, '1.00 s'],
		[59.99, '1 min'],
		[12.34, '12.3 s'],
		[125, '2 min 5 s'],
	];
	for (const [seconds, text] of written) assert.equal(plain(formatSeconds(seconds)), text);
	assert.deepEqual([0.0001, 0.05, 2, 60].map(formatSecondsTick).map(plain), ['0.1 ms', '50 ms', '2 s', '1 min']);
});

test('a duration has at most two units and never 60 of one', () => {
	const written: [number, string][] = [
		[0.2, 'under 1 s'],
		[35.4, '35 s'],
		[59.7, '1 min'],
		[125, '2 min 5 s'],
		[3599.6, '1 h'],
		[11_520, '3 h 12 min'],
		[7199, '2 h'],
		[180_000, '2 d 2 h'],
	];
	for (const [seconds, text] of written) assert.equal(plain(formatDuration(seconds)), text);
});

test('losses, sizes and counts keep the digits that matter', () => {
	assert.equal(formatLoss(0.081234), '0.08123');
	assert.equal(formatLoss(0.0000012), '1.200e-6');
	assert.equal(plain(formatBytes(999)), '999 B');
	assert.equal(plain(formatBytes(407_312)), '407 kB');
	assert.equal(plain(formatBytes(2_410_000)), '2.41 MB');
	assert.equal(plain(formatQuantity(1, 'trial')), '1 trial');
	assert.equal(plain(formatQuantity(12_960, 'trial')), '12,960 trials');
});

test('money has cents, and less than one is said to be less', () => {
	const say = (amount: number) => plain(formatMoney({ amount, currency: 'USD' }));
	assert.deepEqual([0, 0.0004, 0.01, 12.4].map(say), ['0.00 USD', 'under 0.01 USD', '0.01 USD', '12.40 USD']);
});
