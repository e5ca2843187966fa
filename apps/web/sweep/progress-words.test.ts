import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrialCounts } from '@basin/core/contracts/api.ts';
import { announcement, countsText, reasonsText } from './progress-words.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const none: TrialCounts = {
	total: 0,
	pending: 0,
	queued: 0,
	running: 0,
	succeeded: 0,
	failed: 0,
	pruned: 0,
	cancelled: 0,
};
const progress = (fraction: number, etaSeconds: number | null) => ({
	fraction,
	etaSeconds,
	epochsDone: 0,
	epochsTotal: 0,
});

test('only states that have trials are counted out', () => {
	const counts = { ...none, total: 24, succeeded: 18, running: 2, queued: 4 };
	assert.equal(plain(countsText({ counts })), '18 succeeded · 2 running · 4 queued');
});

test('a screen reader hears each tenth once, and the end', () => {
	const say = (fraction: number) => announcement({ name: 'grid', state: 'running', progress: progress(fraction, 9) });
	assert.equal(say(0.21), say(0.29));
	assert.notEqual(say(0.29), say(0.3));
	assert.equal(announcement({ name: 'grid', state: 'completed', progress: progress(1, null) }), 'grid: completed.');
});

test('reasons are grouped, the most frequent first', () => {
	const failed = [{ reason: 'out_of_memory' }, { reason: 'diverged' }, { reason: 'diverged' }] as const;
	assert.equal(reasonsText([...failed]), '2 diverged, 1 out of memory');
});
