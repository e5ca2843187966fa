import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, it } from 'node:test';
import { startServer } from '@basin/api/server.ts';
import { testApp } from '@basin/api/testing/app.ts';
import { testDatabase } from '../../../tests/support/postgres.ts';
import { callBasin } from '../testing/run-basin.ts';

const { db } = await testDatabase();
const server = await startServer({
	app: testApp({ db, allowPrivateWebhooks: true }).app,
	host: '127.0.0.1',
	port: 0,
});
let status = 204;
const receiver = createServer((request, response) => {
	request.resume();
	response.writeHead(status).end();
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
after(async () => {
	await server.stop({ graceMs: 0 });
	await new Promise((resolve) => receiver.close(resolve));
});
const basin = (...args: string[]) => callBasin(['webhook', ...args], { url: server.url });

it('basin webhook adds, tests, shows and removes a webhook', async () => {
	const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
	const none = await basin('list');
	assert.match(none.stderr, /no webhook yet: basin webhook add/);
	const added = await basin('add', url, '--event', 'sweep.failed', '--event', 'sweep.completed');
	const [id, secret] = added.stdout.split('\n') as [string, string];
	assert.match(id, /^whk_/);
	assert.match(secret, /^whsec_/);
	const listed = await basin('list');
	assert.match(listed.stdout, new RegExp(`${id}.*sweep\\.failed, sweep\\.completed`));
	assert.ok(!listed.stdout.includes(secret));
	assert.deepEqual(await basin('test', id), { code: 0, stdout: 'It answered 204.\n', stderr: '' });
	status = 500;
	assert.deepEqual(await basin('test', id), { code: 1, stdout: 'The receiver answered 500.\n', stderr: '' });
	const { items } = JSON.parse((await basin('deliveries', id, '--json')).stdout) as { items: { state: string }[] };
	assert.deepEqual(
		items.map(({ state }) => state),
		['pending', 'delivered'],
	);
	assert.match((await basin('deliveries', id)).stdout, /webhook\.test .* delivered .* 204/);
	assert.match((await basin('remove', id)).stdout, /is removed/);
	assert.equal((await basin('test', id)).code, 4);
	const refused = await basin('add', url, '--event', 'sweep.begun');
	assert.deepEqual([refused.code, /Events: sweep\.completed/.test(refused.stderr)], [4, true]);
});
