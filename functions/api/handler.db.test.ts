import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallSpec } from '@basin/api/testing/app.ts';
import { receive, testCloud } from '@basin/api/testing/cloud.ts';
import { Sweep } from '@basin/core/contracts/api.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { httpApiEvent } from '../testing/events.ts';
import { environmentOf, lastFirst, startFunction } from '../testing/function.ts';

type HttpAnswer = { statusCode: number; headers: Record<string, string>; body: string; isBase64Encoded: boolean };

const cloud = await testCloud();
const json = { 'content-type': 'application/json' };

test('a sweep is created once for its key, and its trials are in the queue before the answer', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const api = await startFunction(t, 'api', environmentOf(url, cloud));
	const request = httpApiEvent({
		method: 'POST',
		path: '/v1/sweeps',
		headers: { ...json, 'idempotency-key': 'the-lecture-grid' },
		body: JSON.stringify(smallSpec),
	});
	const first = await api.invoke<HttpAnswer>(request);
	assert.equal(first.statusCode, 201, first.body);
	assert.deepEqual([...(await db.sql`select from outbox`)], [], 'a function that has answered sends nothing more');
	assert.equal((await receive(cloud, 8)).length, 8);

	const sweep = Sweep.parse(JSON.parse(first.body));
	const again = await api.invoke<HttpAnswer>(request);
	assert.equal(Sweep.parse(JSON.parse(again.body)).id, sweep.id);
	const listed = await api.invoke<HttpAnswer>(httpApiEvent({ method: 'GET', path: '/v1/sweeps', query: 'limit=5' }));
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
	const env = { ...environmentOf(url, cloud), AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1', AWS_MAX_ATTEMPTS: '1' };
	const api = await startFunction(t, 'api', env);
	const body = JSON.stringify(smallSpec);
	const answer = await api.invoke<HttpAnswer>(
		httpApiEvent({ method: 'POST', path: '/v1/sweeps', headers: json, body }),
	);
	assert.equal(answer.statusCode, 201, answer.body);
	const [row] = await db.sql`select count(*) as waiting from outbox where due_at <= now()`;
	assert.deepEqual(row, { waiting: 8 });
	assert.ok(api.log.some(({ message }) => message === 'messages wait for the tick'));
});

test('a page of another origin is refused; events, which cannot be streamed here, are not offered', async (context) => {
	const t = lastFirst(context);
	const { url } = await testDatabase(t);
	const api = await startFunction(t, 'api', environmentOf(url, cloud));
	const get = (path: string, headers = {}) => api.invoke<HttpAnswer>(httpApiEvent({ method: 'GET', path, headers }));
	assert.equal((await get('/v1/sweeps', { origin: 'https://elsewhere.example' })).statusCode, 403);
	assert.equal((await get('/v1/sweeps/swp_0/events')).statusCode, 404);
	assert.equal((await get('/readyz')).statusCode, 200);
});

test('a body that is no sweep is a problem document, never a stack trace', async (context) => {
	const t = lastFirst(context);
	const { url } = await testDatabase(t);
	const api = await startFunction(t, 'api', environmentOf(url, cloud));
	const request = httpApiEvent({ method: 'POST', path: '/v1/sweeps', headers: json, body: '{"dataset":' });
	const answer = await api.invoke<HttpAnswer>(request);
	assert.equal(answer.headers['content-type'], 'application/problem+json');
	assert.equal(answer.statusCode, 400);
	assert.doesNotMatch(answer.body, /\.ts:\d|node_modules/);
});
