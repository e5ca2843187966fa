import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sweep, SweepEvent, SweepPage } from '@basin/core/contracts/api.ts';
import { SweepSpec } from '@basin/core/contracts/sweep-spec.ts';
import { parseAnswer } from './answers.ts';
import { sampleSweep } from './testing/samples.ts';

const sweep = sampleSweep({
	spec: SweepSpec.parse({
		dataset: { name: 'mnist' },
		model: { layers: [{ type: 'dense', units: 4 }] },
		grid: { eta: { from: 0.1, to: 1, steps: 3 } },
	}),
});

/** The value with a key that no contract knows in every object. */
function withStrangers(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withStrangers);
	if (typeof value !== 'object' || value === null) return value;
	const entries = Object.entries(value).map(([key, member]) => [key, withStrangers(member)]);
	return { ...Object.fromEntries(entries), sinceTomorrow: { deep: [1] } };
}

test('an answer of a newer server is read: keys that this client does not know are left out, wherever they are', () => {
	const { labels, counts, ...rest } = sweep;
	const newer = { ...(withStrangers(rest) as object), labels, counts: withStrangers(counts) };
	const labelled = { ...newer, spec: { ...(newer as unknown as typeof sweep).spec, labels: {} } };
	assert.deepEqual(parseAnswer(Sweep, labelled).data, sweep);
	const event = parseAnswer(SweepEvent, { type: 'sweep', sweep: labelled, since: 'tomorrow' });
	assert.deepEqual(event.data, { type: 'sweep', sweep });
	assert.deepEqual(parseAnswer(SweepPage, { items: [], nextCursor: null, total: 0 }).data, {
		items: [],
		nextCursor: null,
	});
});

test('an answer that is wrong otherwise is still refused', () => {
	for (const wrong of [
		{ ...sweep, state: 'dreaming' },
		{ ...sweep, spec: { ...sweep.spec, epochs: 'many', strange: 1 } },
		{ ...sweep, spec: { ...sweep.spec, grid: { eta: { from: 0.1, strange: 1 } } } },
		null,
	]) {
		assert.equal(parseAnswer(Sweep, wrong).success, false);
	}
});

test('a request stays strict', () => {
	assert.equal(SweepSpec.safeParse(withStrangers(sweep.spec)).success, false);
});
