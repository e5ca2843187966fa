import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { isToken } from '@basin/api/access/token.ts';
import { testTokenKey } from '@basin/api/testing/tokens.ts';
import { NewToken } from '@basin/core/contracts/access.ts';
import { dumpSchema, schemaFile } from '@basin/db/dump-schema.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { startSeverableProxy } from '../../tests/support/severable-proxy.ts';
import { waitFor } from '../../tests/support/wait.ts';
import { resourceEvent } from '../testing/events.ts';
import { lastFirst, startFunction } from '../testing/function.ts';

test('two deployments at once, and the next one, leave the schema of this release', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t, { migrated: false });
	const env = { DATABASE_URL: url };
	const functions = await Promise.all([startFunction(t, 'migrate', env), startFunction(t, 'migrate', env)]);
	const answers = await Promise.all(functions.map((migrate) => migrate.invoke(resourceEvent('Create'))));
	answers.push(await functions[0]!.invoke(resourceEvent('Update')));
	// Another id would make CloudFormation replace the resource, and delete the old one.
	for (const answer of answers) assert.deepEqual(answer, { PhysicalResourceId: 'basin-schema' });
	assert.equal(await dumpSchema(db), await readFile(schemaFile, 'utf8'));
});

test('a database that is still starting is waited for', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t, { migrated: false });
	const proxy = await startSeverableProxy(Number(new URL(url).port));
	t.after(() => proxy.stop());
	proxy.sever();
	const behind = Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(proxy.port) });
	const migrate = await startFunction(t, 'migrate', { DATABASE_URL: behind.href });
	const deployed = migrate.invoke(resourceEvent('Create'), { timeoutMs: 120_000 });
	await waitFor('a refusal', 10_000, () => proxy.refusals() > 0);
	proxy.mend();
	await deployed;
	assert.equal(await dumpSchema(db), await readFile(schemaFile, 'utf8'));
});

test('what will not get better fails the deployment, with the reason', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t, { migrated: false });
	await db.sql`create table sweep (id text)`;
	const migrate = await startFunction(t, 'migrate', { DATABASE_URL: url });
	await assert.rejects(migrate.invoke(resourceEvent('Create')), /The schema could not be brought up to date: .*sweep/s);
	await db.sql`drop table sweep`;
	await migrate.invoke(resourceEvent('Create'));
});

test('a database that never comes fails the deployment before the time is up, and says so', async (context) => {
	const t = lastFirst(context);
	const migrate = await startFunction(t, 'migrate', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
	const call = migrate.invoke(resourceEvent('Create'), { timeoutMs: 9_000 });
	await assert.rejects(call, /could not be brought up to date: .*ECONNREFUSED/);
});

test('deleting the stack touches no table', async (context) => {
	const t = lastFirst(context);
	const migrate = await startFunction(t, 'migrate', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
	assert.deepEqual(await migrate.invoke(resourceEvent('Delete')), { PhysicalResourceId: 'basin-schema' });
});

test('the stack’s owner is given a first token, which is in the answer and in no log', async (context) => {
	const t = lastFirst(context);
	const { db, url } = await testDatabase(t);
	const migrate = await startFunction(t, 'migrate', { DATABASE_URL: url, BASIN_TOKEN_KEY: testTokenKey });
	const wish = { task: 'token', token: { name: 'admin', scope: 'admin' } };
	const made = NewToken.parse(await migrate.invoke(wish));
	assert.equal(made.project, 'default');
	const [row] = await db.sql`select hmac from api_token where id = ${made.id}`;
	assert.ok(isToken(testTokenKey, made.token, row!.hmac as Uint8Array));
	assert.doesNotMatch(JSON.stringify(migrate.log), /basin_/);
	await assert.rejects(migrate.invoke({ task: 'token', token: { name: 'x', scope: 'owner' } }));
});
