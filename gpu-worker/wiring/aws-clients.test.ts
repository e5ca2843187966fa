import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createS3Artifacts } from '../s3-artifacts.ts';
import { connectS3, connectSqs } from './aws-clients.ts';
import { downloadFrom, tidying, uploadTo } from './s3-streams.ts';

const folder = mkdtempSync(join(tmpdir(), 'basin-silent-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Takes every call and says `opening`, then nothing more: what a half-open connection looks like. */
let opening = '';
const sockets = new Set<Socket>();
const server = createServer((socket) => {
	sockets.add(socket);
	socket.on('error', () => {});
	socket.once('data', () => socket.write(opening));
	socket.resume();
}).listen(0, '127.0.0.1');
before(() => once(server, 'listening'));
after(() => {
	for (const socket of sockets) socket.destroy();
	server.close();
});

const never = new AbortController().signal;
const limits = { silenceMs: 100 };
const place = () => ({ region: 'us-east-1', endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

before(() => {
	process.env.AWS_ACCESS_KEY_ID ??= 'test';
	process.env.AWS_SECRET_ACCESS_KEY ??= 'test';
});

test('a store or queue that takes a call and falls silent fails it, so that it is tried again', {
	timeout: 20_000,
}, async () => {
	const s3 = connectS3(place(), limits);
	const sqs = connectSqs(place(), limits);
	const target = { s3, bucket: 'b' };
	const artifacts = createS3Artifacts({ upload: uploadTo(target), download: downloadFrom(target), ...tidying(target) });
	const path = join(folder, 'file');
	writeFileSync(path, 'x'.repeat(1000));
	const silence = { name: 'TimeoutError' };
	await assert.rejects(artifacts.put({ key: 'k', name: 'n', path, contentType: 'a/b', signal: never }), silence);
	await assert.rejects(artifacts.fetch({ key: 'k', path, signal: never }), silence);
	await assert.rejects(artifacts.remove('k'), silence);
	await assert.rejects(sqs.receiveMessage({ QueueUrl: `${place().endpoint}/0/q` }), silence);
	opening = 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf of it';
	await assert.rejects(artifacts.fetch({ key: 'k', path, signal: never }), silence, 'in the middle of a download');
	s3.destroy();
	sqs.destroy();
});
