import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRanking, writeRanking } from './ranking.ts';

const read = (text: string) => readRanking(new URLSearchParams(text));

test('an address holds the ranking: what is written is what is read, and the usual one leaves no trace', () => {
	for (const ranking of [
		{ rankBy: 'valAccuracy' },
		{ rankBy: 'pareto' },
		{ rankBy: 'secondsToTarget', target: 0.975 },
	] as const) {
		assert.deepEqual(readRanking(writeRanking(new URLSearchParams('rank=epochSeconds&target=0.5'), ranking)), ranking);
	}
	assert.equal(
		String(writeRanking(new URLSearchParams('tab=board&rank=pareto'), { rankBy: 'valAccuracy' })),
		'tab=board',
	);
});

test('a target is there exactly where the API wants one, also in an address that was typed by hand', () => {
	assert.deepEqual(read('rank=epochSeconds&target=0.9'), { rankBy: 'epochSeconds' });
	for (const text of ['', '&target=97', '&target=high', '&target=-1']) {
		assert.deepEqual(read(`rank=secondsToTarget${text}`), { rankBy: 'secondsToTarget', target: 0.95 });
	}
	assert.deepEqual(read('rank=luck'), { rankBy: 'valAccuracy' });
});
