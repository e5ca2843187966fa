import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '@basin/client/testing/http-server.ts';
import { sweepId } from '@basin/client/testing/samples.ts';
import { callBasin } from '../testing/run-basin.ts';

test('a command line that cannot be meant exits 4 with a sentence before anything is asked', async (t) => {
	const server = await startServer(t, () => assert.fail('the server was asked'));
	const cases: [args: string[], sentence: RegExp][] = [
		[[], /Name what to compare with: --baseline NAME or --against SWEEP/],
		[['--baseline', 'main', '--against', sweepId], /cannot be used with/],
		[['--baseline', 'feature/x'], /A name must be 1 to 63 of letters, digits/],
		[['--baseline', 'main', '--metric', 'accuracy'], /It must be one of valAccuracy, testAccuracy/],
		[['--baseline', 'main', '--max-drop', '0.1'], /It belongs after a --metric/],
		[['--baseline', 'main', '--metric', 'valAccuracy'], /--metric valAccuracy needs --max-drop after it/],
		[['--baseline', 'main', '--metric', 'epochSeconds', '--max-drop', '1'], /epochSeconds needs --max-rise after it/],
		[['--baseline', 'main', '--metric', 'epochSeconds', '--max-rise', 'x%'], /must be a number such as 0\.005/],
		[['--baseline', 'main', '--metric', 'valAccuracy', '--max-drop', '-1'], /metrics\.0\.maxDrop/],
		[['--baseline', 'main', '--alpha', '0.5'], /alpha/],
		[['--baseline', 'main', '--timeout', 'soon'], /It must be a time such as 90s, 30m, 2h or 1h30m/],
	];
	for (const [args, sentence] of cases) {
		const ended = await callBasin(['gate', sweepId, ...args], { url: server.baseUrl });
		assert.equal(ended.code, 4, `${args.join(' ')}: ${ended.stderr}`);
		assert.match(ended.stderr, sentence);
	}
});

test('a server that cannot be reached makes wait, gate and baseline exit 5', async () => {
	const url = 'http://127.0.0.1:1';
	for (const args of [
		['wait', sweepId],
		['gate', sweepId, '--baseline', 'main'],
		['baseline', 'list'],
	]) {
		const ended = await callBasin(args, { url });
		assert.equal(ended.code, 5, ended.stderr);
	}
});
