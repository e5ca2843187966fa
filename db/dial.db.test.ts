import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import { testDatabase } from '../tests/support/postgres.ts';
import { openDatabase } from './client.ts';

const { db, url } = await testDatabase();

test('a server that hangs up is not dialled in a loop: the statement fails, and the next one works once it answers', async (t) => {
	const { port, hostname } = new URL(url);
	let answers = false;
	let dials = 0;
	const proxy = createServer((client) => {
		dials++;
		if (!answers) return void client.end();
		const server = connect(Number(port), hostname);
		for (const [one, other] of [
			[client, server],
			[server, client],
		] as const) {
			one.pipe(other);
			one.on('error', () => other.destroy());
		}
	}).listen(0, '127.0.0.1');
	await once(proxy, 'listening');
	const target = Object.assign(new URL(url), { port: String((proxy.address() as AddressInfo).port) });
	const behind = openDatabase(target.href, { max: 2 });
	t.after(async () => {
		await behind.close();
		proxy.close();
	});
	for (let n = 1; n <= 2; n++) {
		await assert.rejects(async () => await behind.sql`select 1`, { code: 'CONNECTION_CLOSED' });
		assert.ok(dials <= 2 * n, `${dials} dials for ${n} statements`);
	}
	answers = true;
	const [row] = await behind.sql`select 1 as one`;
	assert.equal(row?.one, 1);
});

test('a statement that waits for a lock gives up, as one that may be tried again', async (t) => {
	const impatient = openDatabase(url, { max: 1, lockTimeoutSeconds: 0.05 });
	t.after(() => impatient.close());
	await db.sql.begin(async (tx) => {
		await tx`lock table trial`;
		await assert.rejects(async () => await impatient.sql`select from trial`, { code: '55P03' });
	});
});
