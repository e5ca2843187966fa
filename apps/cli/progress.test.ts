import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { sampleSweep } from '@basin/client/testing/samples.ts';
import fc from 'fast-check';
import { barLine, openProgress, progressParts } from './progress.ts';
import { type Output, Shell } from './shell.ts';
import { completed, running } from './testing/small-api.ts';

test('the bar’s line fits every terminal, and grows with the fraction', () => {
	const width = (line: string) => line.split('█').length - 1;
	fc.assert(
		fc.property(fc.integer({ min: 20, max: 250 }), fc.double({ min: 0, max: 1, noNaN: true }), (columns, fraction) => {
			const line = barLine(progressParts(running).join(' · '), fraction, columns);
			assert.ok(line.length < columns, `${line.length} of ${columns}`);
			assert.ok(width(line) <= width(barLine('', 1, columns)));
			assert.equal(barLine('', 1, columns).includes('░'), false);
			assert.equal(barLine('', 0, columns).includes('█'), false);
		}),
	);
});

test('a running sweep shows trials done, failures, what runs, time left and the best so far', () => {
	const best = {
		configuration: { batchSize: 100, eta: 0.05, lambda: 0.9 },
		valAccuracyMean: 0.9793,
		seeds: 1,
		trialId: 't',
	};
	const sweep = sampleSweep({ ...running, best, counts: { ...running.counts, total: 9, failed: 2 } });
	assert.deepEqual(progressParts(sweep), [
		'3/9 trials',
		'2 failed',
		'1 running',
		'ETA 12 s',
		'best 97.93 % (B 100, η 0.05, λ 0.9)',
	]);
	assert.deepEqual(progressParts(sampleSweep()), ['0/2 trials', 'waiting for a worker']);
	assert.deepEqual(progressParts(completed), ['2/2 trials', '1 failed']);
});

test('on a terminal the bar gives back the cursor and an empty line', () => {
	const terminal: Output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
	const view = openProgress(shellOn(terminal));
	view.update(running);
	view.close();
	const written = String((terminal as PassThrough).read());
	assert.match(written, /60 % {2}1\/2 trials/);
	assert.ok(written.lastIndexOf('\u001b[?25h') > written.lastIndexOf('\u001b[?25l'), 'the cursor is hidden for ever');
	assert.ok(written.lastIndexOf('\u001b[?7h') > written.lastIndexOf('\u001b[?7l'), 'wrapping is off for ever');
	assert.ok(written.lastIndexOf('\u001b[2K') > written.lastIndexOf('█'), 'the bar is left on the screen');
});

test('a log gets a line for a change, not for every look', () => {
	const log = new PassThrough();
	const view = openProgress(shellOn(log));
	for (let look = 0; look < 50; look++) view.update(running);
	view.update(completed);
	view.close();
	assert.deepEqual(String(log.read()).trimEnd().split('\n'), [
		'1/2 trials, 1 running, ETA 12 s',
		'2/2 trials, 1 failed',
	]);
});

function shellOn(stderr: Output): Shell {
	return new Shell({
		stdin: new PassThrough(),
		stdout: new PassThrough(),
		stderr,
		defaultUrl: 'http://127.0.0.1:8787',
		invocation: 'basin',
		isDumbTerminal: false,
		environment: {},
		interrupted: new AbortController().signal,
	});
}
