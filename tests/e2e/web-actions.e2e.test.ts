import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { RunningServer } from '@basin/api/server.ts';
import { defaultProject } from '@basin/core/contracts/access.ts';
import { listSweeps } from '@basin/db/sweeps/list.ts';
import type { Page } from 'playwright-core';
import { chromiumPath, openPage } from '../support/browser.ts';
import { testDatabase } from '../support/postgres.ts';
import { waitFor } from '../support/wait.ts';
import { gridSweep, isWebBuilt, manySweeps, serveWeb, trainTrial } from '../support/web-stack.ts';

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
const button = (name: string | RegExp) => page.getByRole('button', { name });
const dialog = () => page.getByRole('dialog');
const word = (text: string) => page.getByText(text, { exact: true }).first();
const field = (label: string) =>
	dialog().getByLabel(label, { exact: true }).and(page.locator('input:not([type=hidden])'));

/** A sweep of 24 trials of which the first four diverge. */
async function trained(name: string): Promise<{ sweepId: string; trialIds: string[] }> {
	const made = await gridSweep(db, name);
	for (const [place, trialId] of made.trialIds.entries()) await trainTrial(db, trialId, place, place < 4);
	return made;
}

test('a sweep is paused, resumed, extended and retried where it is shown; one failed trial on its own page', {
	skip,
}, async () => {
	const waiting = await gridSweep(db, 'to be paused');
	await page.goto(`${server.url}/sweeps/${waiting.sweepId}`);
	await button('Pause').click();
	await word('paused').waitFor();
	await button('Resume').click();
	await word('queued').waitFor();

	const { sweepId, trialIds } = await trained('to be extended');
	await page.goto(`${server.url}/sweeps/${sweepId}`);
	await button('Extend').click();
	const seeds = field('Seeds');
	await seeds.fill('2');
	await seeds.press('Enter');
	const rates = field('Learning rates η, values');
	await rates.fill('fast');
	await rates.press('Enter');
	await button('Add to 24').click();
	await dialog().getByText('must be').first().waitFor();
	await rates.press('Backspace');
	await button('Add to 24').click();
	await dialog().waitFor({ state: 'detached' });
	await page.getByText(/36\strials: 12\sconfigurations × 3\sseeds/).waitFor();
	await button('Extend').click();
	await dialog().getByRole('radiogroup', { name: 'Batch sizes B: how it is written' }).getByText('Range').click();
	for (const [name, text] of [
		['from', '20'],
		['to', '80'],
		['steps', '3'],
	] as const)
		await field(`Batch sizes B, ${name}`).fill(text);
	await dialog().getByText('20, 40, 80').waitFor();
	await button('Add to 36').click();
	await dialog().waitFor({ state: 'detached' });
	await page.getByText(/90\strials: 30\sconfigurations × 3\sseeds/).waitFor();

	await page.goto(`${server.url}/trials/${trialIds[0]}`);
	await button('Try again').click();
	await word('queued').waitFor();
	await page.goto(`${server.url}/sweeps/${sweepId}`);
	await button(/^Retry 3\sfailed trials$/).click();
	await button(/^Retry/).waitFor({ state: 'detached' });
});

test('a trial’s page shows its epochs and its end as they come', { skip }, async () => {
	const { trialIds } = await gridSweep(db, 'live trial');
	await page.goto(`${server.url}/trials/${trialIds[5]}`);
	await word('pending').waitFor();
	await trainTrial(db, trialIds[5]!, 5);
	await word('succeeded').waitFor();
	const epochs = page.getByRole('region', { name: 'Metrics of every epoch' }).locator('tbody tr');
	await epochs.nth(1).waitFor();
	assert.equal(await epochs.count(), 2);
});

test('a trial’s page follows a trial of which the events say nothing', { skip }, async () => {
	const { sweepId, trialIds } = await gridSweep(db, 'silent events');
	const sweep = await (await fetch(`${server.url}/v1/sweeps/${sweepId}`)).json();
	const silent = createServer((_, response) => {
		response.writeHead(200, { 'content-type': 'text/event-stream' });
		response.write(`id: 1\ndata: ${JSON.stringify({ type: 'sweep', sweep })}\n\n`);
	}).listen(0, '127.0.0.1');
	await once(silent, 'listening');
	const { port } = silent.address() as AddressInfo;
	const events = `**/v1/sweeps/${sweepId}/events`;
	await page.route(events, (route) => route.continue({ url: `http://127.0.0.1:${port}/` }));
	try {
		await page.goto(`${server.url}/trials/${trialIds[5]}`);
		await word('pending').waitFor();
		await trainTrial(db, trialIds[5]!, 5);
		await word('succeeded').waitFor({ timeout: 8_000 });
		await page.getByRole('region', { name: 'Metrics of every epoch' }).getByText('2 / 2').waitFor();
	} finally {
		await page.unroute(events);
		silent.closeAllConnections();
		silent.close();
	}
});

test('a brush over the accuracies filters the leaderboard, and the export has every row', { skip }, async () => {
	const { sweepId } = await trained('to be brushed');
	await page.goto(`${server.url}/sweeps/${sweepId}?tab=parallel`);
	const canvas = page.locator('.chart canvas').first();
	await canvas.waitFor();
	const box = (await canvas.boundingBox())!;
	const x = box.x + box.width - 70;
	// The chart takes the mouse only once its axes are drawn.
	await dragUntil(/accuracy=/, { x, from: box.y + 45, to: box.y + 160 });
	await page.getByRole('button', { name: 'See them in the leaderboard' }).click();
	await page.getByText(/^[1-9] of 12 configurations$/).waitFor();
	const shown = await board().locator('tbody tr.board-row').count();
	assert.ok(shown > 0 && shown < 12, `${shown} rows`);

	const [download] = await Promise.all([
		page.waitForEvent('download'),
		button('Download the leaderboard as CSV').click(),
	]);
	const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
	assert.equal(lines.length, 1 + 12);
});

async function dragUntil(url: RegExp, { x, from, to }: { x: number; from: number; to: number }): Promise<void> {
	const deadline = Date.now() + 10_000;
	while (!url.test(page.url())) {
		assert.ok(Date.now() < deadline, 'no brush came of dragging along the axis');
		await page.mouse.move(x, from);
		await page.mouse.down();
		await page.mouse.move(x, (from + to) / 2, { steps: 4 });
		await page.mouse.move(x, to, { steps: 4 });
		await page.mouse.up();
		await page.waitForURL(url, { timeout: 1_000 }).catch(() => {});
	}
}

test('an own data set is uploaded, checked and chosen', { skip }, async () => {
	await page.goto(`${server.url}/sweeps/new`);
	await button('Upload your own').click();
	const rows = Array.from({ length: 60 }, (_, index) => `${index / 60},${(index * 7) % 11},${index % 2}`);
	const buffer = Buffer.from(['x,y,label', ...rows].join('\n'));
	await page.locator('input[type=file]').setInputFiles({ name: 'Points.csv', mimeType: 'text/csv', buffer });
	await dialog().getByRole('button', { name: 'Upload', exact: true }).click();
	await dialog().waitFor({ state: 'detached' });
	assert.equal(await page.getByRole('combobox', { name: 'Data set' }).inputValue(), 'points');
	await page.getByText(/convolutions and pools, for images · not for this data set/i).waitFor();
});

test('on a phone the accuracy is in sight and the filters are behind a button that counts them', { skip }, async () => {
	const { sweepId } = await trained('on a phone');
	const size = page.viewportSize()!;
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto(`${server.url}/sweeps/${sweepId}?B=10`);
	const accuracy = page.getByRole('columnheader', { name: 'Val. accuracy' });
	await accuracy.waitFor();
	const { x, width } = (await accuracy.boundingBox())!;
	assert.ok(x >= 0 && x + width <= 390, `from ${x} to ${x + width} px`);
	const fields = page.getByRole('combobox', { name: 'Show', exact: true });
	assert.equal(await fields.isVisible(), false);
	await button('Filters (1)').click();
	await fields.waitFor();
	await page.setViewportSize(size);
});

test('of 1,000 sweeps few rows are in the document, and all are reached by scrolling', { skip }, async () => {
	await manySweeps(db, 1_000);
	await page.goto(`${server.url}/?q=sweep`);
	const list = page.getByRole('region', { name: 'Sweeps' });
	const rows = list.locator('tbody tr.board-row');
	await rows.first().waitFor();
	await waitFor('the end of the list', 30_000, async () => {
		await list.evaluate((box) => box.scrollTo(0, box.scrollHeight));
		return page.getByText(/^999\ssweeps$/).isVisible();
	});
	await list.evaluate((box) => box.scrollTo(0, box.scrollHeight));
	await page.getByRole('link', { name: 'sweep 1', exact: true }).waitFor();
	assert.ok((await rows.count()) < 60);
});

test('several sweeps are cancelled at once, then deleted at once', { skip }, async () => {
	for (const name of ['bulk one', 'bulk two', 'bulk three']) await gridSweep(db, name);
	await page.goto(`${server.url}/?q=bulk`);
	for (const name of ['bulk one', 'bulk two']) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
	for (const verb of ['Cancel', 'Delete']) {
		await button(`${verb} 2`).click();
		await dialog()
			.getByRole('button', { name: `${verb} 2` })
			.click();
		await dialog().waitFor({ state: 'detached' });
	}
	await page.getByRole('link', { name: 'bulk two' }).waitFor({ state: 'detached' });
	const { items } = await listSweeps({ db, projectId: defaultProject.id, query: { q: 'bulk', limit: 10 } });
	assert.deepEqual(
		items.map(({ name, state }) => [name, state]),
		[['bulk three', 'queued']],
	);
});
