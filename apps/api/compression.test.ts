import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { streamSSE } from 'hono/streaming';
import { testApp } from './testing/app.ts';

const { app } = testApp();
const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });
const browser = { 'accept-encoding': 'gzip, deflate, br' };
const encodingOf = (response: Response) => response.headers.get('content-encoding');
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

test('what is read is sent in gzip, a fifth of its size, and unpacks to the same', async () => {
	const plain = await bytesOf(await app.request('/openapi.json'));
	const response = await app.request('/openapi.json', { headers: browser }, from('10.0.0.7'));
	assert.equal(encodingOf(response), 'gzip');
	assert.match(response.headers.get('vary') ?? '', /accept-encoding/i);
	const packed = await bytesOf(response);
	assert.ok(packed.length < plain.length / 5, `${packed.length} of ${plain.length} bytes`);
	assert.deepEqual(gunzipSync(packed), plain);
});

test('so are tables and the web app’s files', async (t) => {
	const webDir = await mkdtemp(join(tmpdir(), 'basin-web-'));
	t.after(() => rm(webDir, { recursive: true }));
	await writeFile(join(webDir, 'app.js'), 'const digits = 1;\n'.repeat(500));
	const served = testApp({ webDir }).app;
	served.get('/v1/test.ndjson', (c) =>
		c.body('{"a":1}\n'.repeat(500), 200, { 'Content-Type': 'application/x-ndjson' }),
	);
	for (const path of ['/app.js', '/v1/test.ndjson']) {
		const response = await served.request(path, { headers: browser });
		assert.equal(encodingOf(response), 'gzip', path);
		assert.ok((await bytesOf(response)).length < 500, path);
	}
});

test('a client that does not say it can unpack, or sits on this machine, gets the bytes as they are', async () => {
	assert.equal(encodingOf(await app.request('/openapi.json')), null);
	for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
		assert.equal(encodingOf(await app.request('/openapi.json', { headers: browser }, from(address))), null, address);
	}
});

test('events are never held back for a block to fill, and answers to writes are not compressed', async () => {
	const { app: streaming } = testApp();
	streaming.get('/test/events', (c) => streamSSE(c, async (stream) => stream.writeSSE({ data: 'x'.repeat(5000) })));
	streaming.post('/test/secret', (c) => c.json({ secret: 'x'.repeat(5000) }));
	assert.equal(encodingOf(await streaming.request('/test/events', { headers: browser })), null);
	assert.equal(encodingOf(await streaming.request('/test/secret', { method: 'POST', headers: browser })), null);
});
