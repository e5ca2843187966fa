import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '@basin/db/client.ts';
import { testDatabase } from './postgres.ts';

test('a test database is migrated, is the test’s own, and is gone afterwards', async () => {
	const ends: (() => unknown)[] = [];
	const { url, db } = await testDatabase({ after: (end) => ends.push(end as () => unknown) });
	const other = await testDatabase({ after: (end) => ends.push(end as () => unknown) });
	assert.notEqual(url, other.url);
	const [row] = await db.sql`select count(*) as trials from trial`;
	assert.equal(row?.trials, 0);
	for (const end of ends) await end();
	const gone = openDatabase(url);
	await assert.rejects(async () => await gone.sql`select 1`);
	await gone.close();
});

test('a connection that a test leaves open fails it', async () => {
	const ends: (() => unknown)[] = [];
	const { url } = await testDatabase({ after: (end) => ends.push(end as () => unknown) });
	const leak = openDatabase(url, { applicationName: 'leak' });
	await leak.sql`select 1`;
	await assert.rejects(async () => await ends[0]?.(), /left open: leak: select 1/);
	await leak.close();
});
