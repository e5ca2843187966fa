import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandRange } from '@basin/core/domain/axis-values.ts';
import fc from 'fast-check';
import { previewRange, previewText } from './axis-preview.ts';
import { type AxisValues, initialValues } from './form-values.ts';

const axis = (change: Partial<AxisValues>): AxisValues => ({ ...initialValues.eta, mode: 'range', ...change });

test('the preview shows the values that the API will make of the range', () => {
	const bound = fc.double({ min: 1e-6, max: 1e5, noNaN: true });
	const range = fc.record({
		from: bound,
		to: bound,
		steps: fc.integer({ min: 1, max: 40 }),
		scale: fc.constantFrom('linear' as const, 'log' as const),
		whole: fc.boolean(),
	});
	fc.assert(
		fc.property(range, ({ whole, ...given }) => {
			const [from, to] = whole ? [Math.ceil(given.from), Math.ceil(given.to)] : [given.from, given.to];
			const made = expandRange({ ...given, from, to }, '', { whole });
			if (made.errors.length > 0) return;
			const shown = previewRange(axis({ ...given, from: String(from), to: String(to) }), whole);
			assert.equal(shown?.length, made.values.length);
			for (const [index, { value }] of made.values.entries()) {
				const close = Math.abs(shown![index]! - value) <= 1e-5 * Math.abs(value);
				assert.ok(close, `${shown![index]} is shown for ${value}`);
			}
		}),
	);
});

test('fields that are not yet a range have no preview, and cost nothing', () => {
	assert.equal(previewRange(axis({ from: '' }), false), null);
	assert.equal(previewRange(axis({ from: 'a' }), false), null);
	assert.equal(previewRange(axis({ from: '0', scale: 'log' }), false), null);
	assert.equal(previewRange(axis({ steps: 0 }), false), null);
	assert.equal(previewRange(axis({ steps: 1_000_000_000 }), false), null);
});

test('a long preview leaves out its middle and says how long it is', () => {
	const values = previewRange(axis({ from: '1', to: '100', steps: 100, scale: 'linear' }), false);
	assert.equal(previewText(values!, 4), '1, 2, 3, …, 100 (100 values)');
	assert.equal(previewText(previewRange(axis({}), false)!), '0.001, 0.01, 0.1, 1');
});
