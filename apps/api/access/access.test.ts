import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readEnv } from '@basin/core/contracts/env.ts';
import { Hono } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { respondProblem, toBasinError } from '../errors.ts';
import { readProblem, testApp } from '../testing/app.ts';
import { defineRoute, requireScopes } from './define-route.ts';
import { createRateLimits } from './rate-limits.ts';
import { accessOf, closedAccessOf } from './settings.ts';
import { isToken, makeToken, tokenIdOf } from './token.ts';

const key = 'k'.repeat(32);

describe('who may come in', () => {
	it('everybody on a loopback address, and nobody without a token once there is a key for them', () => {
		for (const BASIN_HOST of ['127.0.0.1', 'localhost', '::1']) {
			assert.equal(accessOf(readEnv({ BASIN_HOST })).access.open, true);
			assert.equal(accessOf(readEnv({ BASIN_HOST, BASIN_TOKEN_KEY: key })).access.open, false);
		}
	});

	it('elsewhere nobody without a token, and without a key nothing is served at all', () => {
		for (const BASIN_HOST of ['0.0.0.0', '::', '192.168.0.2', '127.0.0.1.evil.test', 'localhost.']) {
			assert.throws(() => accessOf(readEnv({ BASIN_HOST })), /where others can reach Basin: set BASIN_TOKEN_KEY/);
			assert.equal(accessOf(readEnv({ BASIN_HOST }), key).access.open, false);
		}
		assert.throws(() => closedAccessOf(readEnv({})), /BASIN_TOKEN_KEY must be set/);
	});

	it('a key that could be guessed is refused', () => {
		assert.throws(() => readEnv({ BASIN_TOKEN_KEY: 'x'.repeat(31) }), /BASIN_TOKEN_KEY: must have at least 32/);
	});
});

describe('a token', () => {
	it('is recognised by its key alone, and by every character', () => {
		const { id, token, hmac } = makeToken(key, Date.now());
		assert.equal(tokenIdOf(token), id);
		assert.equal(isToken(key, token, hmac), true);
		assert.equal(isToken(`${key}k`, token, hmac), false);
		for (let i = 0; i < token.length; i++) {
			const other = token.slice(0, i) + (token[i] === '0' ? '1' : '0') + token.slice(i + 1);
			assert.equal(isToken(key, other, hmac), false, other);
		}
	});

	it('has one form', () => {
		const { token } = makeToken(key, Date.now());
		for (const text of ['', 'basin_', token.toUpperCase(), `${token}0`, token.slice(0, -1), `x${token}`, `${token}\n`])
			assert.equal(tokenIdOf(text), undefined, text);
	});
});

describe('a route', () => {
	it('that says no scope keeps the API from starting', () => {
		const { app } = testApp();
		app.openAPIRegistry.registerPath({ method: 'get', path: '/v1/forgotten', responses: {} });
		assert.throws(() => requireScopes(app), /GET \/v1\/forgotten declares no scope/);
	});

	it('whose path names something unknown does not load', () => {
		const make = () => defineRoute('read', { method: 'get', path: '/v1/things/{thingId}', responses: {} });
		assert.throws(make, /say in define-route.ts whether \{thingId\} belongs to a project/);
	});
});

describe('requests in a minute', () => {
	const limited = (perMinute: number) => {
		const limits = createRateLimits(perMinute);
		const app = new Hono<ApiEnv>();
		app.use(async (c, next) => {
			c.set('requestId', 'req_1');
			await next();
			c.res.headers.set('X-Request-Id', 'req_1');
		});
		app.use(limits.strangers);
		app.use('/v1/*', async (c, next) => {
			await limits.requireWelcome(c);
			const token = c.req.header('authorization')!;
			if (token === 'wrong') {
				await limits.countRefusal(c);
				return c.text('no', 401);
			}
			await limits.countToken(token);
			return next();
		});
		app.get('*', (c) => c.text('yes'));
		app.onError((error, c) => respondProblem(c, toBasinError(error)));
		return (path: string, from: string, authorization?: string) =>
			app.request(path, authorization === undefined ? {} : { headers: { authorization } }, {
				incoming: { socket: { remoteAddress: from } },
			});
	};

	it('are counted for each token by itself, and the one too many is told when to come back', async () => {
		const ask = limited(3);
		for (let i = 0; i < 3; i++) assert.equal((await ask('/v1/x', 'a', 'one')).status, 200);
		const refused = await ask('/v1/x', 'b', 'one');
		const seconds = Number(refused.headers.get('retry-after'));
		assert.ok(seconds >= 1 && seconds <= 60, `Retry-After: ${seconds}`);
		await readProblem(refused, 429, 'rate_limited');
		assert.equal((await ask('/v1/x', 'a', 'two')).status, 200);
	});

	it('without a token are counted for each address by itself', async () => {
		const ask = limited(2);
		for (let i = 0; i < 2; i++) assert.equal((await ask('/readyz', 'a')).status, 200);
		await readProblem(await ask('/readyz', 'a'), 429, 'rate_limited');
		assert.equal((await ask('/readyz', 'b')).status, 200);
		assert.equal((await ask('/v1/x', 'a', 'one')).status, 200, 'who shows a token is counted by it');
	});

	it('with tokens that are not valid end after sixty from one address, whose database look-ups they would be', async () => {
		const ask = limited(1000);
		for (let i = 0; i < 60; i++) assert.equal((await ask('/v1/x', 'a', 'wrong')).status, 401);
		await readProblem(await ask('/v1/x', 'a', 'wrong'), 429, 'rate_limited');
		assert.equal((await ask('/v1/x', 'b', 'one')).status, 200);
	});
});
