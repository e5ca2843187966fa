import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Sweep } from '@basin/core/contracts/api.ts';
import { openDatabase } from '@basin/db/client.ts';
import { post, smallSpec, testApp } from '../../apps/api/testing/app.ts';
import { violationsOf } from '../invariants/invariants.ts';
import { readRows } from '../invariants/rows.ts';
import { testDatabase } from '../support/postgres.ts';
import { startPostgresProxy } from './postgres-proxy.ts';

const opened: (() => Promise<void>)[] = [];
// Registered before the database's own hook, which finds an open connection to be a leak: hooks run in this order.
after(async () => {
	for (const close of opened) await close();
});
const { db, url } = await testDatabase();
const proxy = await startPostgresProxy(url);
const through = openDatabase(proxy.url, { max: 1 });
opened.push(through.close, proxy.stop);
const { app } = testApp({ db: through });

const send = (key: string) => post(app, '/v1/sweeps', { ...smallSpec, name: key }, { 'idempotency-key': key });
const stored = (name: string) => db.sql<{ id: string }[]>`select id from sweep where name = ${name}`;

/** Until it is answered, as a caller does. */
async function insist(key: string): Promise<Sweep> {
	for (let tries = 0; tries < 10; tries++) {
		const response = await send(key);
		if (response.status === 201) return Sweep.parse(await response.json());
		assert.ok([409, 503].includes(response.status), await response.text());
	}
	throw new Error('never answered');
}

test('a POST whose API dies at any statement leaves a whole sweep or none, and repeating it makes exactly one', async () => {
	await insist('warm-up');
	proxy.cutAt(Number.POSITIVE_INFINITY, 'before');
	await insist('count');
	const statements = proxy.seen();
	assert.ok(statements > 5, `${statements} statements`);
	const left = { none: 0, whole: 0 };
	for (let statement = 1; statement <= statements; statement++) {
		for (const moment of ['before', 'after'] as const) {
			const key = `${moment}-${statement}`;
			proxy.cutAt(statement, moment);
			const first = await send(key);
			assert.equal(first.status, 503, `${key}: ${await first.text()}`);
			const [sweep] = await stored(key);
			left[sweep ? 'whole' : 'none']++;
			if (sweep) assert.deepEqual(violationsOf((await readRows(db, sweep.id))!), [], key);
			const { id } = await insist(key);
			assert.deepEqual(
				(await stored(key)).map((row) => row.id),
				[id],
				key,
			);
			assert.equal((await insist(key)).id, id, key);
			if (sweep) assert.equal(sweep.id, id, key);
			assert.deepEqual(violationsOf((await readRows(db, id))!), [], key);
		}
	}
	// The commit was executed and its answer was lost: the one case that only the key can tell.
	assert.ok(left.whole >= 1 && left.none >= statements, JSON.stringify(left));
});
