import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { Problem } from '@basin/core/contracts/errors.ts';
import { type RunningServer, startServer } from './server.ts';
import { smallSpec, testApp } from './testing/app.ts';

async function listening(
	t: TestContext,
	prepare: (basin: ReturnType<typeof testApp>) => void = () => {},
): Promise<RunningServer> {
	const basin = testApp();
	prepare(basin);
	const server = await startServer({ app: basin.app, host: '127.0.0.1', port: 0 });
	t.after(() => server.stop({ graceMs: 0 }));
	return server;
}

describe('over a real socket', () => {
	it('a port that is taken rejects with its code, before anything is served', async (t) => {
		const { port } = await listening(t);
		await assert.rejects(startServer({ app: testApp().app, host: '127.0.0.1', port }), { code: 'EADDRINUSE' });
	});

	it('an endless chunked body gets its 413 while it is being sent, and the server lives on', async (t) => {
		const { port, url } = await listening(t);
		const socket = connect(port, '127.0.0.1').on('error', () => {});
		socket.write(
			`POST /v1/sweeps HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
		);
		const piece = `10000\r\n${' '.repeat(0x10000)}\r\n`;
		const sending = setInterval(() => socket.writable && socket.write(piece), 1);
		t.after(() => {
			clearInterval(sending);
			socket.destroy();
		});
		const [answer] = (await once(socket, 'data')) as [Buffer];
		assert.match(answer.toString(), /^HTTP\/1\.1 413 /);
		assert.equal((await fetch(`${url}/healthz`)).status, 200);
	});

	it('a foreign Host is refused, and fetch’s own is not', async (t) => {
		const { port, url } = await listening(t);
		assert.equal((await fetch(`${url}/healthz`)).status, 200);
		const answer = request({ port, path: '/healthz', headers: { host: 'evil.test' } }).end();
		const [response] = await once(answer, 'response');
		assert.equal(response.statusCode, 403);
		response.resume();
	});

	it('a POST without a body is a problem document, not a crash', async (t) => {
		const { url } = await listening(t);
		for (const headers of [{}, { 'content-type': 'application/json' }]) {
			const response = await fetch(`${url}/v1/sweeps`, { method: 'POST', headers });
			assert.equal(Problem.parse(await response.json()).code, 'invalid_request');
		}
	});

	it('a body in two pieces is read whole', async (t) => {
		const { port } = await listening(t);
		const agent = new Agent({ keepAlive: false });
		const text = JSON.stringify({ ...smallSpec, epochs: 0 });
		const sent = request({
			port,
			agent,
			method: 'POST',
			path: '/v1/sweeps',
			headers: { 'content-type': 'application/json' },
		});
		sent.write(text.slice(0, 20));
		setImmediate(() => sent.end(text.slice(20)));
		const [response] = await once(sent, 'response');
		assert.equal(response.statusCode, 422);
		response.resume();
	});
});

describe('stopping', () => {
	it('lets a running request finish and takes no new one', async (t) => {
		const gate = Promise.withResolvers<void>();
		const arrived = Promise.withResolvers<void>();
		const server = await listening(t, ({ app }) => {
			app.get('/slow', async (c) => {
				arrived.resolve();
				await gate.promise;
				return c.text('done');
			});
		});
		const slow = fetch(`${server.url}/slow`);
		await arrived.promise;
		const stopped = server.stop();
		await assert.rejects(fetch(`${server.url}/healthz`));
		gate.resolve();
		assert.equal(await (await slow).text(), 'done');
		const answeredAt = performance.now();
		await stopped;
		assert.ok(performance.now() - answeredAt < 2000, 'a connection that is kept alive holds nothing up');
	});

	it('cuts what does not finish within the grace', async (t) => {
		const arrived = Promise.withResolvers<void>();
		const server = await listening(t, ({ app }) => {
			app.get('/stuck', () => {
				arrived.resolve();
				return new Promise<Response>(() => {});
			});
		});
		const stuck = assert.rejects(fetch(`${server.url}/stuck`));
		await arrived.promise;
		await server.stop({ graceMs: 20 });
		await stuck;
	});
});
