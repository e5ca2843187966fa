import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningServer } from '@basin/api/server.ts';
import { checkAccessibility } from '@basin/web/e2e/accessibility.ts';
import type { Page } from 'playwright-core';
import { chromiumPath, openPage } from '../support/browser.ts';
import { testDatabase } from '../support/postgres.ts';
import { gridSweep, isWebBuilt, largeBoard, serveWeb, trainTrial } from '../support/web-stack.ts';

const skip = !chromiumPath ? 'no Chromium on this machine' : !isWebBuilt ? 'the web app is not built' : false;
const { db } = await testDatabase();
let server: RunningServer;
let page: Page;
let close = async () => {};

before(async () => {
	if (skip) return;
	server = await serveWeb(db);
	({ page, close } = await openPage());
});
after(async () => {
	await close();
	await server?.stop({ graceMs: 0 });
});

const board = () => page.getByRole('region', { name: 'Leaderboard' });
const rows = () => board().locator('tbody tr.board-row');

test('an open page shows what finishes as it happens, and catches up by itself after the API was away', {
	skip,
}, async () => {
	const { sweepId, trialIds } = await gridSweep(db, 'live');
	await page.goto(`${server.url}/sweeps/${sweepId}`);
	await page.getByText('The first configuration appears here').waitFor();
	let reloads = 0;
	page.on('framenavigated', () => reloads++);

	await trainTrial(db, trialIds[0]!, 0);
	await rows().first().waitFor();

	await server.stop({ graceMs: 0 });
	await page.getByText('Not up to date').waitFor();
	await trainTrial(db, trialIds[2]!, 2);
	assert.equal(await rows().count(), 1, 'what was known stays');
	server = await serveWeb(db, server.port);
	await rows().nth(1).waitFor();
	await page.getByText('Not up to date').waitFor({ state: 'detached' });

	for (const [place, trialId] of trialIds.entries())
		if (place !== 0 && place !== 2) await trainTrial(db, trialId, place);
	await page.getByText('completed', { exact: true }).waitFor();
	await rows().nth(11).waitFor();
	assert.equal(reloads, 0);
});

test('no page keeps anybody out: axe finds nothing', { skip }, async () => {
	const { sweepId, trialIds } = await gridSweep(db, 'ended');
	for (const [place, trialId] of trialIds.entries()) await trainTrial(db, trialId, place, place < 4);
	const other = await gridSweep(db, 'waiting');
	const tabs = ['heat', 'time', 'batch', 'curves', 'parallel', 'compare', 'trials', 'spec'];
	await checkAccessibility({
		baseUrl: server.url,
		page,
		paths: [
			'/',
			'/sweeps/new',
			'/leaderboard?model=softmax',
			`/sweeps/compare?ids=${sweepId},${other.sweepId}`,
			`/sweeps/${sweepId}`,
			...tabs.map((tab) => `/sweeps/${sweepId}?tab=${tab}`),
			`/sweeps/${other.sweepId}`,
			`/trials/${trialIds[0]}`,
			`/trials/${trialIds[9]}`,
			'/nothing',
		],
		darkPaths: ['/', '/sweeps/new', `/sweeps/${sweepId}`, `/sweeps/${sweepId}?tab=heat`, `/trials/${trialIds[9]}`],
	});
});

test('the keyboard sorts, selects and compares, and the address shows the same to somebody else', {
	skip,
}, async () => {
	const { sweepId, trialIds } = await gridSweep(db, 'by keyboard');
	for (const [place, trialId] of trialIds.entries()) await trainTrial(db, trialId, place);
	await page.goto(`${server.url}/sweeps/${sweepId}`);
	await rows().nth(11).waitFor();
	await page.getByRole('button', { name: 'Epoch', exact: true }).press('Enter');
	await page.getByRole('columnheader', { name: 'Epoch', exact: true, includeHidden: true }).waitFor();
	assert.match(page.url(), /sort=epochSeconds/);
	const sorted = await rows().allInnerTexts();
	for (const index of [0, 1]) await rows().nth(index).getByRole('checkbox').press('Space');
	await page.waitForURL(/sel=/);
	await page.goto(page.url());
	await rows().nth(11).waitFor();
	assert.deepEqual(await rows().allInnerTexts(), sorted);
	await page.getByRole('button', { name: 'Compare 2' }).press('Enter');
	await page
		.getByRole('region', { name: 'Comparison' })
		.getByText('unknown')
		.or(page.getByText(/intervals/))
		.first()
		.waitFor();
	await page.goto(`${server.url}/sweeps/${sweepId}?tab=heat`);
	const cell = page.locator('.heat-map [tabindex="0"]').first();
	await cell.focus();
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/trials\/trl_/);
});

test('a board of 10,000 rows keeps few of them in the document, and reaches, sorts and filters all', {
	skip,
}, async () => {
	const sweepId = await largeBoard(db, 10_000);
	await page.goto(`${server.url}/sweeps/${sweepId}`);
	await page.getByText('10,000 of 10,000 configurations').waitFor({ timeout: 30_000 });
	await rows().first().waitFor();
	assert.ok((await rows().count()) < 100);
	await board().evaluate((box) => box.scrollTo(0, box.scrollHeight));
	await page.getByRole('link', { name: /^Rank 10,000:/ }).waitFor();
	assert.ok((await rows().count()) < 100);
	await board().evaluate((box) => box.scrollTo(0, 0));
	await page.getByRole('link', { name: /^Rank 1:/ }).waitFor();
	await page.getByRole('button', { name: 'Val. accuracy' }).click();
	await page.waitForURL(/sort=-accuracy/);
	await page.getByRole('button', { name: 'Val. accuracy' }).click();
	await page.waitForURL(/sort=accuracy/);
	await page.getByRole('link', { name: /^Rank 10,000:/ }).waitFor();
	const clickAtOnce = (names: string[]) =>
		board().evaluate((box, names) => {
			const buttons = [...box.querySelectorAll<HTMLElement>('.sort-button')];
			for (const name of names) buttons.find(({ textContent }) => textContent === name)!.click();
		}, names);
	await clickAtOnce(['η', 'η']);
	await page.waitForURL(/sort=-eta/);
	await board().locator('input.row-check').first().waitFor();
	await board().evaluate((box) => {
		for (const check of [...box.querySelectorAll<HTMLElement>('input.row-check')].slice(0, 2)) check.click();
		box.querySelector<HTMLElement>('.sort-button')!.click();
	});
	await page.getByRole('button', { name: 'Compare 2' }).waitFor();
	await page.waitForURL(({ searchParams }) => searchParams.get('sel')?.split(',').length === 2);
	assert.equal(
		new URL(page.url()).searchParams.get('sort'),
		null,
		'a click right after others is not lost, nor are they',
	);
	await page.goto(`${server.url}/sweeps/${sweepId}?B=10&top=10`);
	await page.getByText('250 of 10,000 configurations').waitFor({ timeout: 30_000 });
});

test('JSON that is typed fills the form, and what the form cannot show is started as it was typed', {
	skip,
}, async () => {
	await page.goto(`${server.url}/sweeps/new`);
	const json = page.getByRole('textbox', { name: 'The sweep as JSON, editable' });
	const spec = {
		name: 'typed',
		dataset: { name: 'mnist' },
		model: { preset: 'softmax' },
		grid: { eta: [0.3, 0.4] },
		epochs: 9,
	};
	await json.fill(JSON.stringify(spec));
	await page.getByText(/^2\sconfigurations × 1\sseed = 2\strials$/).waitFor();
	assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'typed');
	assert.equal(await page.getByRole('textbox', { name: 'Epochs' }).inputValue(), '9');
	await json.fill('{ "name": ');
	await page.getByText('Not JSON yet').waitFor();
	await json.fill(JSON.stringify({ ...spec, grid: { eta: ['fast'] } }));
	await page.getByText('The form waits').waitFor();
	await page.getByText('Not a valid sweep yet').waitFor();
	await page.reload();
	await page.getByText('The form waits').waitFor();
	assert.deepEqual(JSON.parse(await json.inputValue()).grid.eta, ['fast'], 'a reload keeps it');
	await json.fill(JSON.stringify(spec));
	await page.getByRole('button', { name: 'Start sweep' }).click();
	await page.waitForURL(/\/sweeps\/swp_/);
});
