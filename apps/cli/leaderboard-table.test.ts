import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { sampleEntry } from '@basin/client/testing/samples.ts';
import { accuracyText } from './accuracy-text.ts';
import { leaderboardTable } from './leaderboard-table.ts';
import { Shell } from './shell.ts';
import { ranking } from './testing/small-api.ts';

const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
const shell = new Shell({
	...streams,
	defaultUrl: 'http://127.0.0.1:8787',
	invocation: 'basin',
	isDumbTerminal: false,
	environment: {},
	interrupted: new AbortController().signal,
});

test('times of two devices are never shown without the device beside them', () => {
	const other = sampleEntry({ device: { key: 'gpu', label: 'Test GPU' } });
	const [head, first, second] = leaderboardTable(shell, [sampleEntry(), other], 50000).split('\n');
	assert.match(head!, / Device$/);
	assert.match(first!, / Test CPU, 1 thread$/);
	assert.match(second!, / Test GPU$/);
	assert.match(leaderboardTable(shell, [sampleEntry()], 50000), /^Times are of Test CPU, 1 thread\.$/m);
});

test('an accuracy without an interval says how many seeds it stands on', () => {
	assert.equal(accuracyText(ranking[0]!), '97.93 ± 0.25');
	assert.equal(accuracyText(sampleEntry()), '97.84 (1 seed)');
	assert.equal(accuracyText(ranking[2]!), 'diverged');
	assert.equal(accuracyText(sampleEntry({ valAccuracy: null })), '–');
});

test('the table explains a mark exactly when it shows it', () => {
	const text = leaderboardTable(shell, ranking, 50000);
	for (const mark of [/^± is half/m, /^= marks a tie/m, /^● is on the Pareto front/m, /^One seed gives/m]) {
		assert.match(text, mark);
		assert.doesNotMatch(leaderboardTable(shell, [ranking[2]!], 50000), mark);
	}
});

test('the columns stay aligned whatever the values', () => {
	const wide = sampleEntry({ rank: 1234, configuration: { batchSize: 123456, eta: 0.000123456, lambda: 0.999 } });
	const lines = leaderboardTable(shell, [...ranking, wide], 50000)
		.split('\n')
		.slice(0, 5);
	const start = lines[0]!.indexOf('Val accuracy');
	for (const line of lines) assert.match(line.slice(start - 2, start + 1), /^ {2}\S$/, line);
});

test('a seed that has no result yet, or never will, is counted as neither ok nor failed', () => {
	const [, row] = leaderboardTable(shell, [sampleEntry({ seeds: { total: 4, succeeded: 2, failed: 1 } })], 50000).split(
		'\n',
	);
	assert.match(row!, / 2 ok, 1 failed, 1 without result$/);
});
