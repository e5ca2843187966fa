import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readProblem, testApp } from './testing/app.ts';

const { app } = testApp();
const ask = (headers: Record<string, string>) => app.request('http://127.0.0.1:8787/healthz', { headers });

describe('against DNS rebinding', () => {
	it('hosts that name this machine are served', async () => {
		for (const host of ['127.0.0.1:8787', 'localhost:8787', 'LOCALHOST', '[::1]:8787']) {
			assert.equal((await ask({ host })).status, 200, host);
		}
	});

	it('any other host is refused', async () => {
		for (const host of [
			'evil.test',
			'evil.test:8787',
			'127.0.0.1.evil.test',
			'localhost.evil.test',
			'10.0.0.1',
			'a b',
			'@',
		]) {
			await readProblem(await ask({ host }), 403, 'forbidden');
		}
	});

	it('a page of another origin is refused, our own is served', async () => {
		const host = 'localhost:8787';
		assert.equal((await ask({ host, origin: 'http://localhost:8787' })).status, 200);
		for (const origin of ['http://evil.test', 'null', 'http://localhost:3000', 'http://127.0.0.1:8787', 'file://']) {
			await readProblem(await ask({ host, origin }), 403, 'forbidden');
		}
	});

	it('a name can be allowed, and only that one', async () => {
		const named = testApp({ allowedHosts: ['basin.test'] });
		assert.equal((await named.app.request('http://basin.test/healthz')).status, 200);
		await readProblem(await named.app.request('http://localhost/healthz'), 403, 'forbidden');
	});
});

describe('every answer', () => {
	it('forbids sniffing, framing and, for data, everything', async () => {
		for (const path of ['/healthz', '/v1/nothing', '/openapi.json']) {
			const { headers } = await app.request(path);
			assert.equal(headers.get('x-content-type-options'), 'nosniff');
			assert.equal(headers.get('x-frame-options'), 'DENY');
			assert.equal(headers.get('referrer-policy'), 'no-referrer');
			assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
			assert.equal(headers.get('cache-control'), 'no-store');
			assert.equal(headers.get('access-control-allow-origin'), null);
		}
	});

	it('carries a request id: the caller’s when it is harmless, else a new one', async () => {
		const idOf = async (id: string) => (await ask({ 'x-request-id': id })).headers.get('x-request-id');
		assert.equal(await idOf('trace-1.a_B'), 'trace-1.a_B');
		assert.match((await idOf('a b"}')) ?? '', /^req_[0-9a-f]{32}$/);
		assert.match((await idOf('x'.repeat(65))) ?? '', /^req_/);
	});
});
