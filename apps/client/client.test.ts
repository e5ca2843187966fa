import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, createClient, UnreachableError } from './client.ts';
import { inTurn, json, problem, reset, silent, startServer, text, truncated } from './testing/http-server.ts';
import {
	sampleEntry,
	sampleMetrics,
	sampleSweep,
	sampleTrial,
	specInput,
	sweepId,
	trialId,
} from './testing/samples.ts';

const quick = { baseDelayMs: 1, maxDelayMs: 5 };
const clientOf = (server: { baseUrl: string }, more = {}, options: { token?: string | undefined } = {}) =>
	createClient({ baseUrl: server.baseUrl, retry: { ...quick, ...more }, ...options });

test('a submit answered 503, cut off and cut short is repeated as the same POST, and succeeds once', async (t) => {
	const unavailable = problem(503, 'unavailable', 'The database does not answer.');
	const server = await startServer(t, inTurn(unavailable, reset, truncated, json(sampleSweep(), 201)));
	const sweep = await clientOf(server).createSweep(specInput);
	assert.equal(sweep.id, sweepId);
	assert.equal(server.requests.length, 4);
	const keys = new Set(server.requests.map((request) => request.headers['idempotency-key']));
	assert.equal(keys.size, 1);
	assert.match([...keys][0] as string, /^[0-9a-f]{32}$/);
	for (const request of server.requests) assert.deepEqual(JSON.parse(request.body), specInput);
});

test('two submits carry two keys, and a given key is used as it is', async (t) => {
	const server = await startServer(t, json(sampleSweep(), 201));
	const client = clientOf(server);
	await client.createSweep(specInput);
	await client.createSweep(specInput);
	await client.createSweep(specInput, { idempotencyKey: 'nightly-2026-01-31' });
	const keys = server.requests.map((request) => request.headers['idempotency-key']);
	assert.equal(new Set(keys).size, 3);
	assert.equal(keys[2], 'nightly-2026-01-31');
});

test('a submit whose first try still runs on the server waits for that answer', async (t) => {
	const inProgress = problem(409, 'idempotency_in_progress', 'The first request is still running.');
	const server = await startServer(t, inTurn(inProgress, json(sampleSweep(), 201)));
	assert.equal((await clientOf(server).createSweep(specInput)).id, sweepId);
});

test('Retry-After is waited for', async (t) => {
	const later = problem(429, 'unavailable', 'Too many requests.', { 'retry-after': '1' });
	const server = await startServer(t, inTurn(later, json(sampleSweep())));
	await clientOf(server).getSweep(sweepId);
	const [first, second] = server.requests;
	assert.ok(second!.atMs - first!.atMs >= 990, `the second try came after ${second!.atMs - first!.atMs} ms`);
});

test('a Retry-After beyond the bound is an error now, not a wait', async (t) => {
	const later = problem(503, 'unavailable', 'Down for maintenance.', { 'retry-after': '7200' });
	const server = await startServer(t, later);
	await assert.rejects(clientOf(server).getSweep(sweepId), { name: 'ApiError', message: 'Down for maintenance.' });
	assert.equal(server.requests.length, 1);
});

test('a gateway’s own 502 page is retried, and is no ApiError when it stays', async (t) => {
	const recovers = await startServer(t, inTurn(text('<h1>Bad gateway</h1>', 502), json(sampleSweep())));
	assert.equal((await clientOf(recovers).getSweep(sweepId)).id, sweepId);
	const stays = await startServer(t, text('<h1>Bad gateway</h1>', 502));
	await assert.rejects(clientOf(stays, { attempts: 3 }).getSweep(sweepId), {
		name: 'UnreachableError',
		reason: 'gateway',
	});
	assert.equal(stays.requests.length, 3);
});

test('a refusal is not retried and carries the server’s words and pointers', async (t) => {
	const errors = [{ pointer: '/grid/eta/0', message: 'must be greater than 0' }];
	const body = {
		type: 'about:blank',
		title: 'Bad sweep',
		status: 422,
		detail: 'The sweep is not valid.',
		code: 'invalid_spec',
		requestId: 'r1',
		errors,
	};
	const server = await startServer(t, json(body, 422));
	const refusal = await clientOf(server)
		.createSweep(specInput)
		.catch((error: unknown) => error);
	assert.ok(refusal instanceof ApiError);
	assert.equal(refusal.message, 'The sweep is not valid.');
	assert.deepEqual(refusal.problem.errors, errors);
	assert.equal(server.requests.length, 1);
});

test('an error code that only a newer server knows still brings its sentence', async (t) => {
	const server = await startServer(t, problem(402, 'quota_exceeded', 'The project has used its quota.'));
	await assert.rejects(clientOf(server).getSweep(sweepId), {
		name: 'ApiError',
		message: 'The project has used its quota.',
	});
});

test('a cancel and a delete are sent once, whatever happens', async (t) => {
	const server = await startServer(t, problem(503, 'unavailable', 'Busy.'));
	await assert.rejects(clientOf(server).cancelSweep(sweepId), ApiError);
	await assert.rejects(clientOf(server).deleteSweep(sweepId), ApiError);
	await assert.rejects(clientOf(server).cancelTrial(trialId), ApiError);
	assert.equal(server.requests.length, 3);
});

test('a delete tells what went with the sweep', async (t) => {
	const server = await startServer(t, json({ id: sweepId, artifacts: 48 }));
	assert.deepEqual(await clientOf(server).deleteSweep(sweepId), { id: sweepId, artifacts: 48 });
	assert.equal(server.requests[0]!.method, 'DELETE');
});

test('an answer that is not JSON, or not of the contract, is named and not retried', async (t) => {
	const page = await startServer(t, text('<html>another program</html>'));
	await assert.rejects(clientOf(page).listSweeps(), {
		reason: 'notBasin',
		message: /not this version of Basin.*not JSON/,
	});
	assert.equal(page.requests.length, 1);
	const other = await startServer(t, json({ ...sampleSweep(), counts: { total: 'many' } }));
	await assert.rejects(clientOf(other).getSweep(sweepId), { reason: 'notBasin', message: /counts\.total/ });
	const notFound = await startServer(t, text('not found', 404));
	await assert.rejects(clientOf(notFound).getSweep(sweepId), { reason: 'notBasin' });
});

test('when nothing listens, the error names the address and says so', async (t) => {
	const server = await startServer(t, silent);
	await server.close();
	const error = await clientOf(server)
		.listSweeps()
		.catch((thrown: unknown) => thrown);
	assert.ok(error instanceof UnreachableError);
	assert.equal(error.message, `Cannot reach Basin at ${server.baseUrl}: nothing listens there.`);
});

test('a server that never answers is given up after the timeout', async (t) => {
	const server = await startServer(t, silent);
	const client = createClient({ baseUrl: server.baseUrl, timeoutMs: 500, retry: { ...quick, attempts: 2 } });
	await assert.rejects(client.listSweeps(), { reason: 'timeout', message: /did not answer in time/ });
	assert.equal(server.requests.length, 2);
});

test('aborting ends a wait between tries at once, with the caller’s reason and no further request', async (t) => {
	const server = await startServer(t, problem(503, 'unavailable', 'Busy.', { 'retry-after': '30' }));
	const controller = new AbortController();
	const reason = new Error('the user left');
	const call = clientOf(server).getSweep(sweepId, { signal: controller.signal });
	const deadline = performance.now() + 5000;
	while (server.requests.length === 0 && performance.now() < deadline) await new Promise(setImmediate);
	controller.abort(reason);
	await assert.rejects(call, reason);
	assert.equal(server.requests.length, 1);
});

test('aborting ends a request under way with the caller’s reason', async (t) => {
	const controller = new AbortController();
	const server = await startServer(t, () => controller.abort(new Error('stop')));
	await assert.rejects(clientOf(server).getSweep(sweepId, { signal: controller.signal }), { message: 'stop' });
	assert.equal(server.requests.length, 1);
});

test('the ranking as CSV comes as the server wrote it, and nothing else passes for CSV', async (t) => {
	const server = await startServer(t, text('rank,eta\r\n1,0.1\r\n', 200, 'text/csv; charset=utf-8'));
	assert.equal(await clientOf(server).leaderboardCsv(sweepId, { rankBy: 'pareto' }), 'rank,eta\r\n1,0.1\r\n');
	assert.equal(server.requests[0]!.headers.accept, 'text/csv');
	const other = await startServer(t, text('<html></html>'));
	await assert.rejects(clientOf(other).leaderboardCsv(sweepId), { reason: 'notBasin', message: /not text\/csv/ });
});

test('a key that cannot be a header is refused as such, and nothing is sent', async (t) => {
	const server = await startServer(t, json(sampleSweep(), 201));
	await assert.rejects(clientOf(server).createSweep(specInput, { idempotencyKey: 'nightly ✓' }), TypeError);
	assert.equal(server.requests.length, 0);
});

test('iterating visits every item of every page once, keeps the filter, and asks only for what is used', async (t) => {
	const pages: Record<string, unknown> = {
		'': { items: [sampleTrial({ seed: 0 }), sampleTrial({ seed: 1 })], nextCursor: 'two' },
		two: { items: [], nextCursor: 'three' },
		three: { items: [sampleTrial({ seed: 2 })], nextCursor: null },
	};
	const server = await startServer(t, (request, response) =>
		json(pages[request.query.get('cursor') ?? ''])(request, response),
	);
	const seeds: number[] = [];
	for await (const trial of clientOf(server).eachTrial(sweepId, { state: 'failed' })) seeds.push(trial.seed);
	assert.deepEqual(seeds, [0, 1, 2]);
	assert.deepEqual(
		server.requests.map((request) => request.query.get('state')),
		['failed', 'failed', 'failed'],
	);
	for await (const trial of clientOf(server).eachTrial(sweepId)) if (trial.seed === 1) break;
	assert.equal(server.requests.length, 4);
});

test('metrics are read on from the last epoch seen', async (t) => {
	const server = await startServer(t, (request, response) => {
		const after = Number(request.query.get('after') ?? 0);
		const items = [after + 1, after + 2].map((epoch) => sampleMetrics(epoch));
		json({ items, nextCursor: after < 4 ? 'more' : null })(request, response);
	});
	const epochs: number[] = [];
	for await (const point of clientOf(server).eachMetric(trialId, { after: 2 })) epochs.push(point.epoch);
	assert.deepEqual(epochs, [3, 4, 5, 6]);
});

test('ids and filters reach the server escaped, and filters that are not set are not sent', async (t) => {
	const server = await startServer(t, json({ items: [sampleEntry()], nextCursor: null }));
	await clientOf(server).leaderboard('../x?y', { rankBy: 'pareto', eta: 0.05, device: undefined });
	const request = server.requests[0]!;
	assert.equal(request.path, '/v1/sweeps/..%2Fx%3Fy/leaderboard');
	assert.deepEqual(
		[...request.query],
		[
			['rankBy', 'pareto'],
			['eta', '0.05'],
		],
	);
});

test('an address with a trailing slash is the same address', async (t) => {
	const server = await startServer(t, json(sampleSweep()));
	await createClient({ baseUrl: `${server.baseUrl}/` }).getSweep(sweepId);
	assert.equal(server.requests[0]!.path, `/v1/sweeps/${sweepId}`);
});

test('a token goes with every request, those of events and uploads included, and none is sent without', async (t) => {
	const server = await startServer(t, problem(401, 'forbidden', 'Who is this?'));
	const use = async (token?: string) => {
		const client = clientOf(server, {}, { token });
		await assert.rejects(client.createSweep(specInput), ApiError);
		await assert.rejects(client.leaderboardCsv(sweepId), ApiError);
		await assert.rejects(client.watchSweep(sweepId).next(), ApiError);
		const part = { datasetId: 'dat_1', file: 0, part: 0, content: new Blob(['x']) };
		await assert.rejects(client.putDatasetPart(part), ApiError);
		return server.requests.splice(0).map(({ headers }) => headers.authorization);
	};
	assert.deepEqual(await use('bsn_secret'), Array(4).fill('Bearer bsn_secret'));
	assert.deepEqual(await use(), Array(4).fill(undefined));
});
