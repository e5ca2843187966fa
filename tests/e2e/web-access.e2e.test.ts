import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeToken } from '@basin/api/access/token.ts';
import type { RunningServer } from '@basin/api/server.ts';
import { defaultProject } from '@basin/core/contracts/access.ts';
import { createToken } from '@basin/db/tokens/create.ts';
import { revokeToken } from '@basin/db/tokens/revoke.ts';
import { checkAccessibility } from '@basin/web/e2e/accessibility.ts';
import type { Page } from 'playwright-core';
import { chromiumPath, openPage } from '../support/browser.ts';
import { testDatabase } from '../support/postgres.ts';
import { gridSweep, isWebBuilt, serveWeb, trainTrial } from '../support/web-stack.ts';

const skip = !chromiumPath ? 'no Chromium on this machine' : !isWebBuilt ? 'the web app is not built' : false;
const tokenKey = 'k'.repeat(32);
const { db } = await testDatabase();
let server: RunningServer;
let page: Page;
let close = async () => {};

before(async () => {
	if (skip) return;
	server = await serveWeb(db, 0, { open: false, tokenKey });
	({ page, close } = await openPage());
});
after(async () => {
	await close();
	await server?.stop({ graceMs: 0 });
});

async function newToken(): Promise<{ id: string; token: string }> {
	const { id, token, hmac } = makeToken(tokenKey, Date.now());
	const input = { id, projectId: defaultProject.id, name: 'person', scope: 'admin' as const, hmac, expiresInDays: 1 };
	await createToken({ db, input });
	return { id, token };
}

async function signIn(token: string): Promise<void> {
	await page.getByLabel('Token', { exact: true }).fill(token);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('where a token is needed a page asks for it, goes where one wanted to, and keeps it until it is revoked or one signs out', {
	skip,
}, async () => {
	await checkAccessibility({ baseUrl: server.url, page, paths: ['/'], darkPaths: ['/'] });
	const { sweepId, trialIds } = await gridSweep(db, 'behind a token');
	await page.goto(`${server.url}/sweeps/${sweepId}`);
	await signIn('basin_nobody');
	await page.getByText('The token is not valid').waitFor();
	const { id, token } = await newToken();
	await signIn(token);
	await page.getByRole('heading', { level: 1, name: 'behind a token' }).waitFor();
	await page.getByText('Project default').waitFor();
	await trainTrial(db, trialIds[0]!, 0);
	await page.getByRole('link', { name: /^Rank 1:/ }).waitFor();
	await page.reload();
	await page.getByRole('link', { name: /^Rank 1:/ }).waitFor();
	const kept = await page.evaluate(() => localStorage.length);
	await revokeToken({ db, tokenId: id });
	await page.getByRole('tab', { name: 'Trials' }).click();
	await page.getByText('not valid any more').waitFor();

	const other = await newToken();
	await page.getByRole('checkbox', { name: 'Stay signed in' }).check();
	await signIn(other.token);
	await page.getByRole('region', { name: 'Trials' }).waitFor();
	assert.equal(await page.evaluate(() => localStorage.length), kept + 1, 'only who stays signed in is kept');
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
	assert.equal(await page.evaluate(() => localStorage.length), kept);
});
