import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallSpec } from '@basin/api/testing/app.ts';
import { receive, testCloud } from '@basin/api/testing/cloud.ts';
import { issueToken, testTokenKey } from '@basin/api/testing/tokens.ts';
import { Sweep } from '@basin/core/contracts/api.ts';
import type { Db } from '@basin/db/client.ts';
import { cancelSweep } from '@basin/db/sweeps/cancel.ts';
import { pauseSweep } from '@basin/db/sweeps/pause.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { sampleSweep } from '../../tests/support/samples.ts';
import { waitFor } from '../../tests/support/wait.ts';
import { startBatchAndRules } from '../testing/batch-and-rules.ts';
import { functionUrlEvent } from '../testing/events.ts';
import { environmentOf, lastFirst, startFunction } from '../testing/function.ts';
import { request as send } from '../testing/http-answer.ts';

const cloud = await testCloud();
const json = { 'content-type': 'application/json' };

/** What the function is started with, and what who may submit sends. */
async function withToken(db: Db, databaseUrl: string) {
	const { headers: token } = await issueToken(db, { scope: 'submit' });
	return { env: { ...environmentOf(databaseUrl, cloud), BASIN_TOKEN_KEY: testTokenKey }, token };
}

test('a sweep is created once for its key, and its trials are in the queue before the answer', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { env, token } = await withToken(db, url);
	const api = await startFunction(t, 'api', env);
	const request = functionUrlEvent({
		method: 'POST',
		path: '/v1/sweeps',
		headers: { ...json, ...token, 'idempotency-key': 'the-lecture-grid' },
		body: JSON.stringify(smallSpec),
	});
	const first = await send(api, request);
	assert.equal(first.statusCode, 201, first.body);
	assert.deepEqual([...(await db.sql`select from outbox`)], [], 'a function that has answered sends nothing more');
	assert.equal((await receive(cloud, 8)).length, 8);

	const sweep = Sweep.parse(JSON.parse(first.body));
	const again = await send(api, request);
	assert.equal(Sweep.parse(JSON.parse(again.body)).id, sweep.id);
	const listed = await send(
		api,
		functionUrlEvent({ method: 'GET', path: '/v1/sweeps', query: 'limit=5', headers: token }),
	);
	assert.deepEqual(
		(JSON.parse(listed.body) as { items: { id: string }[] }).items.map(({ id }) => id),
		[sweep.id],
	);
	const line = api.log.find(({ path }) => path === '/v1/sweeps')!;
	assert.equal(line.requestId, first.headers['x-request-id'], JSON.stringify(api.log));
});

test('a queue that is down costs the caller nothing: the sweep is there, its messages wait for the tick', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { env, token } = await withToken(db, url);
	const broken = { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' };
	const api = await startFunction(t, 'api', { ...env, ...broken });
	const body = JSON.stringify(smallSpec);
	const answer = await send(
		api,
		functionUrlEvent({ method: 'POST', path: '/v1/sweeps', headers: { ...json, ...token }, body }),
	);
	assert.equal(answer.statusCode, 201, answer.body);
	const [row] = await db.sql`select count(*) as waiting from outbox where due_at <= now()`;
	assert.deepEqual(row, { waiting: 8 });
	assert.ok(api.log.some(({ message }) => message === 'messages wait for the tick'));
});

test('pages of another origin are refused, and behind CloudFront those of its name are not', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { env, token } = await withToken(db, url);
	const api = await startFunction(t, 'api', env);
	const statusOf = async (path: string, headers = {}) =>
		(await send(api, functionUrlEvent({ method: 'GET', path, headers: { ...token, ...headers } }))).statusCode;
	const origin = 'https://basin.example';
	assert.equal(await statusOf('/v1/sweeps', { origin }), 403);
	assert.equal(await statusOf('/v1/sweeps', { origin, 'x-forwarded-host': 'basin.example' }), 200);
	assert.equal(await statusOf('/v1/sweeps', { origin, 'x-forwarded-host': 'elsewhere.example' }), 403);
	assert.equal(await statusOf('/readyz'), 200);
	assert.equal(await statusOf('/docs/swagger-ui.css'), 200);
	assert.equal(await statusOf('/v1/sweeps', { authorization: 'Bearer none' }), 401, 'nothing is open on Lambda');
});

test('events come as they happen, end before the function’s time is up, and go on where they ended', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { env, token } = await withToken(db, url);
	const { sweepId } = await sampleSweep(db);
	const api = await startFunction(t, 'api', env);
	const watch = (headers = {}) =>
		functionUrlEvent({ method: 'GET', path: `/v1/sweeps/${sweepId}/events`, headers: { ...token, ...headers } });
	let text = '';
	const watched = send(api, watch(), { timeoutMs: 6_000, onText: (more) => (text += more) });
	await waitFor('the sweep as it is', 5_000, () => text.includes('"state":"queued"'));
	await pauseSweep({ db, sweepId });
	await waitFor('its pause, while the stream is open', 5_000, () => text.includes('"state":"paused"'));
	assert.equal((await watched).headers['content-type'], 'text/event-stream');

	const last = text
		.match(/^id: (\d+)$/gm)!
		.at(-1)!
		.slice(4);
	await cancelSweep({ db, sweepId });
	const { body } = await send(api, watch({ 'last-event-id': last }), { timeoutMs: 6_000 });
	assert.match(body, /"state":"cancelled"/);
});

test('what may make work turns the tick on first, and where that fails nothing is done', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { env, token } = await withToken(db, url);
	const aws = await startBatchAndRules(t);
	const api = await startFunction(t, 'api', { ...env, ...aws.env });
	const post = () =>
		send(
			api,
			functionUrlEvent({
				method: 'POST',
				path: '/v1/sweeps',
				headers: { ...json, ...token },
				body: JSON.stringify(smallSpec),
			}),
		);
	assert.equal(
		(await send(api, functionUrlEvent({ method: 'GET', path: '/v1/sweeps', headers: token }))).statusCode,
		200,
	);
	assert.equal(aws.isArmed(), false, 'who only reads wakes nobody');
	assert.equal((await post()).statusCode, 201);
	assert.equal(aws.isArmed(), true);

	aws.refuse('EnableRule');
	const refused = await post();
	assert.equal(refused.statusCode, 503, refused.body);
	assert.deepEqual([...(await db.sql`select count(*)::int as count from sweep`)], [{ count: 1 }]);
});

test('a body that is no sweep is a problem document, never a stack trace', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const { env, token } = await withToken(db, url);
	const api = await startFunction(t, 'api', env);
	const request = functionUrlEvent({
		method: 'POST',
		path: '/v1/sweeps',
		headers: { ...json, ...token },
		body: '{"dataset":',
	});
	const answer = await send(api, request);
	assert.equal(answer.headers['content-type'], 'application/problem+json');
	assert.equal(answer.statusCode, 400);
	assert.doesNotMatch(answer.body, /\.ts:\d|node_modules/);
});
