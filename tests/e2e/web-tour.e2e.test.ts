import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningServer } from '@basin/api/server.ts';
import type { Page } from 'playwright-core';
import { chromiumPath, openPage } from '../support/browser.ts';
import { testDatabase } from '../support/postgres.ts';
import { gridSweep, isWebBuilt, serveWeb, trainTrial } from '../support/web-stack.ts';

const skip = !chromiumPath ? 'no Chromium on this machine' : !isWebBuilt ? 'the web app is not built' : false;
const { db } = await testDatabase();
let server: RunningServer;
let page: Page;
let close = async () => {};
let sweepId: string;

before(async () => {
	if (skip) return;
	server = await serveWeb(db);
	({ page, close } = await openPage());
	const made = await gridSweep(db, 'tour');
	sweepId = made.sweepId;
	for (const [place, trialId] of made.trialIds.entries()) await trainTrial(db, trialId, place, place < 2);
});
after(async () => {
	await close();
	await server?.stop({ graceMs: 0 });
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const board = () => page.getByRole('region', { name: 'Leaderboard' });
const rows = () => board().locator('tbody tr.board-row');
const param = (name: string) => new URL(page.url()).searchParams.get(name);

test('columns are chosen and kept; the best per cent, the rows and the order of a board are in its address', {
	skip,
}, async () => {
	await page.goto(`${server.url}/sweeps/${sweepId}`);
	await rows().nth(11).waitFor();
	assert.ok((await board().getByText('on front').count()) > 0, 'members of the Pareto front are marked');
	await board().getByText('diverged').waitFor();
	await button('Columns').click();
	await page.getByRole('checkbox', { name: 'Effective rate' }).check();
	await page.keyboard.press('Escape');
	const head = page.getByRole('columnheader', { name: 'η/(1 − λ)' });
	await head.waitFor();
	await head.getByRole('button').click();
	await page.waitForURL(/sort=effectiveRate/);
	await page.getByRole('slider', { name: 'Best per cent of the ranking' }).press('Home');
	await page.waitForURL(/top=1/);
	await page.getByText('1 of 12 configurations').waitFor();
	await page.reload();
	await head.waitFor();
	await page.getByText('1 of 12 configurations').waitFor();
	await button('Clear filters').click();
	await page.getByText('12 of 12 configurations').waitFor();
});

test('a board is ranked by the time to an accuracy, which is in its address', { skip }, async () => {
	await page.goto(`${server.url}/sweeps/${sweepId}`);
	await rows().nth(11).waitFor();
	await page.getByRole('radiogroup', { name: 'Rank by' }).getByText('Time to accuracy').click();
	await page.getByLabel('Target accuracy in per cent').fill('90.5');
	await page.waitForURL(/rank=secondsToTarget&target=0.905/);
	await page.getByRole('columnheader', { name: 'To target' }).waitFor();
	// From the fourth configuration on both seeds reached it, and the eighth was the first to.
	const first = rows().first().getByText('91.45 %');
	await first.waitFor();
	await page.reload();
	await first.waitFor();
	await page.goto(`${server.url}/leaderboard?model=softmax&rank=secondsToTarget&target=0.905`);
	const shared = page.getByRole('region', { name: 'Leaderboard across sweeps' });
	await shared.getByRole('columnheader', { name: 'To target' }).waitFor();
	await shared.locator('tbody tr').first().getByText('91.45 %').waitFor();
});

test('a map has a line of equal η/(1 − λ), and its cells lead to trials', { skip }, async () => {
	await page.goto(`${server.url}/sweeps/${sweepId}?tab=heat`);
	await page.locator('.heat-map .iso-line').first().waitFor({ state: 'attached' });
	await page
		.getByRole('link', { name: /^η 1, λ 0.9: \d/ })
		.first()
		.click();
	await page.waitForURL(/\/trials\/trl_/);
});

test('smoothing changes the curves, is in the address, and a reload draws the same', { skip }, async () => {
	await page.goto(`${server.url}/sweeps/${sweepId}?tab=curves&curve=trainLoss~linear~updates~linear~0`);
	const chart = page.getByRole('img', { name: /^Training loss by updates/ });
	const before = await chart.getAttribute('aria-label');
	await page.getByRole('slider', { name: 'Smoothing' }).press('End');
	await page.waitForURL(({ searchParams }) => searchParams.get('curve')?.endsWith('~0.95') ?? false);
	await page.reload();
	await chart.waitFor();
	assert.ok(before?.startsWith('Training loss'));
	assert.match(param('curve') ?? '', /^trainLoss~linear~updates/);
});

test('a sweep starts from an earlier one or from an example, and a range shows the values that it stands for', {
	skip,
}, async () => {
	await page.goto(`${server.url}/sweeps/${sweepId}`);
	await page.getByRole('link', { name: 'Start from this' }).click();
	await page.waitForURL(/\/sweeps\/new$/);
	assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'tour');
	await page.getByText(/^12\sconfigurations × 2\sseeds = 24\strials$/).waitFor();
	await page.getByRole('radiogroup', { name: 'Learning rate η: how it is written' }).getByText('Range').click();
	await page.getByText('0.001, 0.01, 0.1, 1', { exact: true }).waitFor();
	await page.getByText(/^16\sconfigurations × 2\sseeds = 32\strials$/).waitFor();
	await button('Start from').click();
	await page
		.getByRole('menuitem', { name: /quickstart/i })
		.first()
		.click();
	await page.getByText(/^24\sconfigurations × 1\sseed = 24\strials$/).waitFor();
	await page.getByRole('tab', { name: 'curl' }).click();
	await page.getByText('curl', { exact: false }).nth(1).waitFor();
});

test('sweeps are compared side by side, and the board across sweeps has the rows of both', { skip }, async () => {
	const other = await gridSweep(db, 'tour two');
	for (const [place, trialId] of other.trialIds.entries()) await trainTrial(db, trialId, place + 50);
	await page.goto(`${server.url}/?q=tour`);
	await page.getByRole('checkbox', { name: 'Select all shown' }).check();
	await page.getByRole('link', { name: 'Compare', exact: true }).click();
	const comparison = page.getByRole('region', { name: 'Comparison of sweeps' });
	await comparison.getByRole('link', { name: 'tour two' }).waitFor();
	assert.equal(await comparison.getByRole('columnheader').count(), 3);
	await page.goto(`${server.url}/leaderboard?model=softmax`);
	const shared = page.getByRole('region', { name: 'Leaderboard across sweeps' });
	await shared.getByRole('link', { name: 'tour two' }).first().waitFor();
	await shared.getByRole('link', { name: 'tour', exact: true }).first().waitFor();
});
