import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issueToken } from '@basin/api/testing/tokens.ts';
import { readEnv } from '@basin/core/contracts/env.ts';
import { testDatabase } from '../../tests/support/postgres.ts';
import { accessOfStack, requireTokens } from './access.ts';

const key = 'k'.repeat(32);

test('an address that others reach is served only once there is a token that lets in', async (t) => {
	const { db, url } = await testDatabase(t);
	const env = readEnv({ BASIN_HOST: '0.0.0.0' });
	const settings = accessOfStack(env, key);
	const none = /^BASIN_HOST is 0\.0\.0\.0, where every request needs a token, and there is none yet: start Basin on/;
	await assert.rejects(requireTokens(env, settings, url), { name: 'StartError', message: none });
	const { id } = await issueToken(db, { scope: 'admin' });
	await requireTokens(env, settings, url);
	await db.sql`update api_token set revoked_at = now() where id = ${id}`;
	await assert.rejects(requireTokens(env, settings, url), { message: none });
});

test('a loopback address needs none, and with BASIN_TOKEN_KEY it does', async (t) => {
	const { url } = await testDatabase(t);
	await requireTokens(readEnv({}), accessOfStack(readEnv({}), key), url);
	const closed = readEnv({ BASIN_TOKEN_KEY: key });
	await assert.rejects(
		requireTokens(closed, accessOfStack(closed, 'another'), url),
		/^StartError: BASIN_TOKEN_KEY is set/,
	);
});
