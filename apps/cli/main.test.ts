import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inTurn, json, problem, reset, silent, startServer, text } from '@basin/client/testing/http-server.ts';
import { sampleSweep, sweepId, trialId } from '@basin/client/testing/samples.ts';
import { callBasin, type Ended, launcher, runBasin, temporaryFolder } from './testing/run-basin.ts';
import { completed, ranking, running, smallApi } from './testing/small-api.ts';

const quickstart = fileURLToPath(new URL('../../examples/quickstart.json', import.meta.url));

function assertPlain({ stdout, stderr }: Ended) {
	assert.doesNotMatch(stdout + stderr, /[^\P{Cc}\n\r]/u, 'a control character in a pipe');
	assert.doesNotMatch(stdout + stderr, /^\s+at .*:\d+:\d+/m, 'a stack trace');
}

test('submit --watch in a pipe follows the sweep to its end, prints plain lines and the ranking, and exits 0', async (t) => {
	const server = await startServer(t, smallApi([sampleSweep(), running, completed]));
	const ended = await runBasin(['submit', quickstart, '--watch'], { url: server.baseUrl });
	assertPlain(ended);
	assert.equal(ended.code, 0, ended.stderr);
	assert.match(ended.stderr, /^0\/2 trials, waiting for a worker$/m);
	assert.match(ended.stderr, /^2\/2 trials, 1 failed$/m);
	const lines = ended.stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
	assert.equal(ended.stdout.split('\n')[0], 'completed in 27 s: 1 of 2 trials succeeded, 1 failed');
	assert.deepEqual(lines[2], ['Rank', 'B', 'η', 'λ', 'Val accuracy (%)', 'Median epoch (s)', 'Pareto', 'Seeds']);
	assert.deepEqual(lines[3], ['1 =', '100', '0.1', '0.9', '97.93 ± 0.25', '0.213', '●', '1 ok']);
	assert.deepEqual(lines[4], ['2', 'full (50000)', '0.03162', '0', '90.00 (1 seed)', '0.213', '1 ok']);
	assert.deepEqual(lines[5], ['3', '100', '50', '0.9', 'diverged', '–', '0 ok, 3 failed']);
});

test('a short board of a large sweep is not called its first 20', async (t) => {
	const server = await startServer(t, smallApi([sampleSweep({ ...completed, configurations: 32 })]));
	const ended = await callBasin(['watch', sweepId], { url: server.baseUrl });
	assert.doesNotMatch(ended.stderr, /The first 20/);
});

test('a sweep that failed or was cancelled makes watch exit 1', async (t) => {
	for (const state of ['failed', 'cancelled'] as const) {
		const server = await startServer(t, smallApi([running, sampleSweep({ ...completed, state })]));
		const ended = await runBasin(['watch', sweepId], { url: server.baseUrl });
		assert.equal(ended.code, 1, ended.stderr);
		assert.match(ended.stdout, new RegExp(`^${state} in`));
	}
});

test('Ctrl-C while watching leaves the sweep alone and says how to watch again and how to cancel', async (t) => {
	const server = await startServer(t, smallApi([running]));
	const ended = await runBasin(['submit', quickstart, '--watch'], { url: server.baseUrl, interruptOn: /1\/2 trials/ });
	assertPlain(ended);
	assert.equal(ended.code, 130);
	assert.match(ended.stderr, new RegExp(`basin watch ${sweepId}`));
	assert.match(ended.stderr, new RegExp(`basin cancel ${sweepId}`));
	assert.equal(server.requests.filter(({ path }) => path.endsWith('/cancel')).length, 0);
});

test('watching survives a server that goes away for a while', async (t) => {
	const api = smallApi([running, running, completed]);
	const unavailable = problem(503, 'unavailable', 'The database does not answer.');
	const server = await startServer(t, inTurn(api, unavailable, reset, unavailable, reset, reset, reset, api));
	const ended = await runBasin(['watch', sweepId], { url: server.baseUrl });
	assert.equal(ended.code, 0, ended.stderr);
	assert.match(ended.stderr, /Still trying; the sweep goes on\./);
	assert.match(ended.stdout, /^completed/);
});

test('with --json stdout is one JSON document, progress or not', async (t) => {
	const server = await startServer(t, smallApi([running, completed]));
	const cases: [args: string[], path: (string | number)[], expected: unknown][] = [
		[['submit', quickstart, '--watch', '--json'], ['leaderboard', 'length'], ranking.length],
		[['submit', quickstart, '--json'], ['id'], sweepId],
		[['submit', quickstart, '--dry-run', '--json'], ['dryRun'], true],
		[['leaderboard', sweepId, '--json'], ['items', 1, 'configuration', 'eta'], ranking[1]!.configuration.eta],
		[['list', '--json'], ['items', 'length'], 2],
		[['show', sweepId, '--json'], ['state'], 'completed'],
	];
	for (const [args, path, expected] of cases) {
		const ended = await callBasin(args, { url: server.baseUrl });
		assert.equal(ended.code, 0, ended.stderr);
		const picked = path.reduce((at, key) => at[key], JSON.parse(ended.stdout));
		assert.deepEqual(picked, expected, args.join(' '));
	}
});

test('--csv passes the server’s file on unchanged, filters included', async (t) => {
	const server = await startServer(t, smallApi([completed]));
	const ended = await callBasin(['leaderboard', sweepId, '--csv', '--eta', '0.1'], { url: server.baseUrl });
	assert.equal(ended.stdout, 'rank,eta\r\n1,0.1\r\n');
	assert.equal(server.requests[0]!.query.get('eta'), '0.1');
});

test('the filters of the leaderboard reach the server', async (t) => {
	const server = await startServer(t, smallApi([completed]));
	const filters = [
		'--rank-by',
		'secondsToTarget',
		'--target',
		'0.97',
		'--accuracy',
		'final',
		'--eta',
		'0.1',
		'--min-seeds',
		'3',
		'--limit',
		'2',
	];
	const ended = await callBasin(['leaderboard', sweepId, ...filters], { url: server.baseUrl });
	assert.equal(ended.code, 0, ended.stderr);
	const query = Object.fromEntries(server.requests[0]!.query);
	assert.deepEqual(query, {
		rankBy: 'secondsToTarget',
		target: '0.97',
		accuracy: 'final',
		eta: '0.1',
		minSeeds: '3',
		limit: '2',
	});
	assert.doesNotMatch(ended.stdout, /diverged/, 'the limit holds even when the server sends more');
	assert.match(ended.stderr, /^No configuration reached 0\.97 .* ranked by accuracy\.$/m);
});

for (const alone of [
	['--rank-by', 'secondsToTarget'],
	['--target', '0.97'],
]) {
	test(`leaderboard ${alone.join(' ')} says what is missing, without asking the server`, async (t) => {
		const server = await startServer(t, smallApi([completed]));
		const ended = await callBasin(['leaderboard', sweepId, ...alone], { url: server.baseUrl });
		assert.equal(ended.code, 4);
		assert.match(ended.stderr, /^error: --rank-by secondsToTarget and --target go together\.$/m);
		assert.equal(server.requests.length, 0);
	});
}

test('a spec may be YAML, come from stdin, and carry a key of the user’s', async (t) => {
	const server = await startServer(t, smallApi([completed]));
	const yaml = 'dataset: { name: mnist }\nmodel: { preset: mlp } # small\ngrid:\n  eta: [0.1, 1e-2]\n';
	const ended = await callBasin(['submit', '-', '--idempotency-key', 'nightly'], { url: server.baseUrl, stdin: yaml });
	assert.equal(ended.code, 0, ended.stderr);
	assert.match(ended.stdout, new RegExp(`^Submitted ${sweepId}: 2 trials of 2 configurations\\.$`, 'm'));
	assert.equal(server.requests[0]!.headers['idempotency-key'], 'nightly');
	assert.deepEqual(JSON.parse(server.requests[0]!.body).grid, { eta: [0.1, 0.01] });
});

test('a refused spec is told field by field with the lines of the file, and exits 4', async (t) => {
	const errors = [
		{ pointer: '/grid/eta/1', message: 'must be greater than 0' },
		{ pointer: '/epochs', message: 'must be at least 1' },
		{ pointer: '/seeds/0', message: 'must be a whole number' },
	];
	const body = {
		type: 't',
		title: 'Bad',
		status: 422,
		detail: 'The sweep has 3 problems.',
		code: 'invalid_spec',
		requestId: 'r',
		errors,
	};
	const server = await startServer(t, json(body, 422));
	const folder = await temporaryFolder(t);
	await writeFile(
		join(folder, 'my.json'),
		'{\n  "grid": {\n    "eta": [\n      0.1,\n      -1]\n  },\n  "epochs": 0\n}\n',
	);
	const ended = await callBasin(['submit', join(folder, 'my.json')], { url: server.baseUrl });
	assertPlain(ended);
	assert.equal(ended.code, 4);
	assert.equal(
		ended.stderr.replaceAll(`${folder}/`, ''),
		[
			'error: my.json is not a valid sweep: 3 problems.',
			'',
			'  my.json:5  /grid/eta/1  must be greater than 0',
			'  my.json:7  /epochs      must be at least 1',
			'  my.json:1  /seeds/0     must be a whole number',
			'',
			'',
		].join('\n'),
	);
});

test('a file that is no spec is refused before anything is sent, with one sentence and exit 4', async (t) => {
	const server = await startServer(t, smallApi([completed]));
	const folder = await temporaryFolder(t);
	const files: Record<string, [string, RegExp]> = {
		'broken.json': ['{\n  "epochs": 3,\n}\n', /broken\.json:3 is not JSON/],
		'twice.json': ['{\n "epochs": 3,\n "epochs": 4 }', /twice\.json:3 repeats a key/],
		'cut.json': ['{\n  "epochs": 3,\n', /cut\.json:3 is not JSON/],
		'word.json': ['{\n  "epochs": three }', /word\.json:2 is not JSON/],
		'broken.yaml': ['grid:\n  eta: [0.1\n', /broken\.yaml:\d is not YAML/],
		'list.json': ['[]', /holds no object/],
		'empty.yaml': [' \n', /is empty/],
		'huge.json': ['{ "grid":\n { "eta": [1e400] } }', /huge\.json:2 {2}\/grid\/eta\/0 {2}must be a finite number/],
		'infinite.yaml': ['grid:\n  eta:\n    - .inf', /infinite\.yaml:3 {2}\/grid\/eta\/0/],
		'large.json': [JSON.stringify({ name: 'x'.repeat(70_000) }), /more than 64 KiB/],
	};
	for (const [name, [content, expected]] of Object.entries(files)) {
		await writeFile(join(folder, name), content);
		const ended = await callBasin(['submit', join(folder, name)], { url: server.baseUrl });
		assertPlain(ended);
		assert.equal(ended.code, 4, name);
		assert.equal(ended.stderr.match(/^error: /gm)?.length, 1, ended.stderr);
		assert.match(ended.stderr, expected);
	}
	const missing = await callBasin(['submit', join(folder, 'absent.json')], { url: server.baseUrl });
	assert.equal(missing.code, 4);
	assert.match(missing.stderr, /^error: There is no file .*absent\.json\.$/m);
	assert.equal(server.requests.length, 0);
});

test('a bad command line exits 4, says what is wrong in one line and where help is', async () => {
	const lines: [string[], RegExp][] = [
		[['leaderbord', sweepId], /unknown command 'leaderbord'.*\n.*Did you mean leaderboard/],
		[['show'], /missing required argument 'sweep'/],
		[['submit', quickstart, '--watch', '--dry-run'], /cannot be used with/],
		[
			['leaderboard', sweepId, '--rank-by', 'luck'],
			/Allowed choices are valAccuracy, epochSeconds, pareto, secondsToTarget/,
		],
		[['leaderboard', sweepId, '--csv', '--json'], /cannot be used with/],
		[['leaderboard', sweepId, '--limit', '0'], /whole number of at least 1/],
		[['submit', quickstart, '--idempotency-key', 'a b'], /visible ASCII/],
		[['watch', 'swp_1'], /An id is swp_ and 26 letters and digits/],
		[['watch', trialId], /That is a trial/],
		[['artifacts', sweepId], /That is a sweep/],
		[['list', '--url', 'localhost:8787'], /must be a URL such as/],
		[['list', '--colour'], /unknown option '--colour'/],
	];
	for (const [args, expected] of lines) {
		const ended = await callBasin(args);
		assertPlain(ended);
		assert.equal(ended.code, 4, args.join(' '));
		assert.equal(ended.stdout, '');
		assert.match(ended.stderr, expected);
		assert.match(ended.stderr, /--help" shows how/);
	}
	const environment = await runBasin(['list'], { url: 'nowhere' });
	assert.equal(environment.code, 4);
	assert.match(environment.stderr, /^error: Bad environment: BASIN_URL: .*\n$/);
});

test('help and version go to stdout and exit 0', async () => {
	const help = await runBasin(['--help']);
	assert.equal(help.code, 0);
	assert.match(help.stdout, /Exit codes:/);
	assert.match((await runBasin(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
});

test('a server that cannot be reached, is not Basin, or fails exits 5 with a sentence and a hint', async (t) => {
	const gone = await startServer(t, silent);
	await gone.close();
	const refused = await callBasin(['submit', quickstart], { url: gone.baseUrl });
	assertPlain(refused);
	assert.equal(refused.code, 5);
	assert.equal(refused.stderr.split('\n')[0], `error: Cannot reach Basin at ${gone.baseUrl}: nothing listens there.`);
	assert.match(refused.stderr, /^hint: start Basin with "npm start"/m);
	assert.doesNotMatch(refused.stderr, /idempotency-key/, 'nothing was sent, so nothing may exist');

	const other = await startServer(t, text('<html>a router</html>'));
	const strange = await callBasin(['list', '--url', other.baseUrl]);
	assertPlain(strange);
	assert.equal(strange.code, 5);
	assert.match(strange.stderr, /is not this version of Basin/);

	const broken = await startServer(t, problem(500, 'internal', 'Something failed inside Basin.'));
	const failed = await callBasin(['list'], { url: broken.baseUrl });
	assert.equal(failed.code, 5);
	assert.match(failed.stderr, /^error: Something failed inside Basin\.\n/);
});

test('a submit whose answer was lost names the key that makes submitting again safe', async (t) => {
	const server = await startServer(t, reset);
	const ended = await callBasin(['submit', quickstart], { url: server.baseUrl });
	assert.equal(ended.code, 5);
	const sent = new Set(server.requests.map((request) => request.headers['idempotency-key']));
	assert.equal(sent.size, 1);
	assert.ok(ended.stderr.includes(`--idempotency-key ${[...sent][0]}`), ended.stderr);
});

test('an unknown sweep exits 4 and says where the sweeps are', async (t) => {
	const server = await startServer(t, problem(404, 'sweep_not_found', 'There is no such sweep.'));
	const ended = await callBasin(['show', sweepId, '--url', server.baseUrl]);
	assert.equal(ended.code, 4);
	assert.equal(
		ended.stderr,
		`error: There is no such sweep.\nhint: "basin list --url ${server.baseUrl}" shows the sweeps of ${server.baseUrl}.\n`,
	);
});

test('control characters in a sweep’s name never reach the terminal', async (t) => {
	const named = sampleSweep({ ...completed, name: 'evil\u001b[2Jname\u0007' });
	const server = await startServer(t, smallApi([named]));
	for (const args of [['list'], ['show', sweepId], ['watch', sweepId], ['leaderboard', sweepId]]) {
		const ended = await callBasin(args, { url: server.baseUrl });
		assertPlain(ended);
		assert.match(ended.stdout + ended.stderr, /evil/);
	}
});

test('a reader that leaves early is no error', async (t) => {
	const many = Array.from({ length: 2000 }, () => completed);
	const server = await startServer(t, smallApi(many));
	const child = spawn(process.execPath, [launcher, 'list', '--json', '--limit', '2000'], {
		env: { ...process.env, BASIN_URL: server.baseUrl },
	});
	let stderr = '';
	child.stderr.on('data', (chunk) => (stderr += chunk));
	child.stdout.once('data', () => child.stdout.destroy());
	const [code] = await once(child, 'close');
	assert.equal(code, 0);
	assert.equal(stderr, '');
});

test('BASIN_TOKEN and --token authenticate, --token first; a refused one exits 4 and says how to get another', async (t) => {
	const server = await startServer(t, problem(401, 'forbidden', 'The token has expired.'));
	const env = { BASIN_TOKEN: 'bsn_environment' };
	const ended = await callBasin(['list'], { url: server.baseUrl, env });
	assert.equal(ended.code, 4);
	assert.match(ended.stderr, /^error: The token has expired\.\nhint: .*BASIN_TOKEN.*basin token create/);
	assert.ok(!ended.stderr.includes('bsn_environment'));
	await callBasin(['list', '--token', 'bsn_option'], { url: server.baseUrl, env });
	const sent = server.requests.map(({ headers }) => headers.authorization);
	assert.deepEqual(sent, ['Bearer bsn_environment', 'Bearer bsn_option']);
	const pasted = await runBasin(['list'], { url: server.baseUrl, env: { BASIN_TOKEN: 'two words' } });
	assert.equal(pasted.code, 4);
	assert.match(pasted.stderr, /^error: Bad environment: BASIN_TOKEN: must be visible ASCII/);
});
