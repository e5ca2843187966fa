import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { startPostgres, testDatabase } from '../tests/support/postgres.ts';
import { openDatabase } from './client.ts';
import { dumpSchema, schemaFile } from './dump-schema.ts';
import { migrate } from './migrate.ts';

test('migrating an empty database from three processes at once, and then again, gives the schema of schema.sql', async (t) => {
	const { url, db } = await testDatabase(t, { migrated: false });
	await Promise.all([migrate(url), migrate(url), migrate(url)]);
	await migrate(url);
	assert.equal(await dumpSchema(db), await readFile(schemaFile, 'utf8'));
	const applied = await db.sql`select created_at from drizzle.__drizzle_migrations`;
	assert.equal(applied.length, new Set(applied.map((row) => row.created_at)).size, 'a migration was applied twice');
});

test('a migration that fails leaves nothing behind, and the next run can try again', async (t) => {
	const { url, db } = await testDatabase(t, { migrated: false });
	// In the way of a function of the fourth file: all files before it have run by then.
	await db.sql`create function close_sweep(p_sweep_id text) returns text language sql as 'select null::text'`;
	await assert.rejects(migrate(url), /close_sweep/);
	const tables = await db.sql`select from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`;
	assert.equal(tables.length, 0);
	await db.sql`drop function close_sweep`;
	await migrate(url);
	assert.equal(await dumpSchema(db), await readFile(schemaFile, 'utf8'));
});

test('a login that is no superuser can migrate its database and open a worker’s connection', async () => {
	const server = await startPostgres();
	const admin = openDatabase(server.url, { max: 1 });
	try {
		await admin.sql`create role app login createrole password 'secret'`;
		await admin.sql`create database app owner app`;
		const url = server.url.replace('postgres:password', 'app:secret').replace(/postgres$/, 'app');
		await migrate(url);
		const worker = openDatabase(url, { role: 'basin_worker' });
		const [row] = await worker.sql`select current_user as name`.finally(() => worker.close());
		assert.deepEqual(row, { name: 'basin_worker' });
	} finally {
		await admin.close();
		await server.stop();
	}
});
