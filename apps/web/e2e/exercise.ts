import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createClient } from '@basin/client';
import type { Page } from 'playwright-core';

type Exercise = {
	/** Where the API serves the built web app. */
	baseUrl: string;
	/** A fresh page of a real browser. */
	page: Page;
	/** How long the sweep (six short trials) may take. */
	timeoutMs?: number;
};

/**
 * Goes through the web app as a person would: designs a sweep, makes a mistake and corrects it, submits with a double
 * click, watches the leaderboard fill, reloads, and opens the winner. Throws on the first thing that is not as promised,
 * also on any error of the page or breach of its content security policy.
 * @returns the id of the sweep that was made.
 */
export async function exerciseWeb({ baseUrl, page, timeoutMs = 120_000 }: Exercise): Promise<{ sweepId: string }> {
	const faults: string[] = [];
	page.on('pageerror', (error) => faults.push(error.message));
	page.on('console', (message) => {
		if (message.type() === 'error' && !message.text().includes('the server responded with a status of 422'))
			faults.push(message.text());
	});
	const name = `web ${Date.now().toString(36)}`;

	await page.goto(`${baseUrl}/`);
	await page.getByRole('link', { name: 'New sweep' }).first().click();
	await designSweep(page, name);
	await meetFieldError(page);
	await keepDraft(page, name);
	const sweepId = await submitTwice(page, baseUrl, name);
	await watchToEnd(page, timeoutMs);
	await openWinner(page);
	await fitNarrowScreen(page, baseUrl, sweepId);
	assert.deepEqual(faults, []);
	return { sweepId };
}

/** Two configurations with three seeds and two epochs: some seconds on one core. */
async function designSweep(page: Page, name: string): Promise<void> {
	await page.getByRole('textbox', { name: 'Name' }).fill(name);
	await page.getByRole('radio', { name: 'softmax' }).check();
	await setTags(page, 'Batch size B', ['1000']);
	await setTags(page, 'Learning rate η', ['0.1']);
	await setTags(page, 'Momentum λ', ['0', '0.9']);
	await page.getByRole('button', { name: 'Use 3 seeds' }).click();
	await page.getByRole('textbox', { name: 'Epochs' }).fill('2');
	await page.getByText(/^2\sconfigurations × 3\sseeds = 6\strials$/).waitFor();
}

async function setTags(page: Page, axis: string, values: string[]): Promise<void> {
	const input = axisInput(page, axis);
	const tags = page.getByRole('group', { name: axis, exact: true }).locator('.mantine-Pill-root');
	while ((await tags.count()) > 0) await input.press('Backspace');
	for (const value of values) {
		await input.fill(value);
		await input.press('Enter');
	}
}

function axisInput(page: Page, axis: string) {
	return page.getByRole('combobox', { name: `${axis}, values` });
}

/** The API's sentence lands on the field that it is about, and the focus goes there. */
async function meetFieldError(page: Page): Promise<void> {
	const eta = axisInput(page, 'Learning rate η');
	await eta.fill('fast');
	await eta.press('Enter');
	await page.getByRole('button', { name: 'Start sweep' }).click();
	await page.getByText('“fast” must be').waitFor();
	await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Learning rate η, values');
	assert.equal(await eta.getAttribute('aria-invalid'), 'true');
	assert.match(page.url(), /\/sweeps\/new$/);
	await eta.press('Backspace');
	await page.getByText('“fast” must be').waitFor({ state: 'detached' });
}

async function keepDraft(page: Page, name: string): Promise<void> {
	await page.reload();
	await page.getByText(/= 6\strials$/).waitFor();
	assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), name);
}

async function submitTwice(page: Page, baseUrl: string, name: string): Promise<string> {
	await page.getByRole('button', { name: 'Start sweep' }).dblclick();
	await page.waitForURL(/\/sweeps\/swp_[0-9a-z]{26}$/);
	const { items } = await createClient({ baseUrl }).listSweeps({ q: name });
	assert.equal(items.length, 1, 'a double click makes one sweep');
	return items[0]!.id;
}

async function watchToEnd(page: Page, timeoutMs: number): Promise<void> {
	const board = page.getByRole('region', { name: 'Leaderboard' });
	const rows = board.locator('tbody tr');
	await page.getByText('6 succeeded', { exact: false }).first().waitFor({ timeout: timeoutMs });
	await page.getByText('completed', { exact: true }).waitFor();
	await board.getByText('3 / 3').nth(1).waitFor();
	assert.equal(await rows.count(), 2);
	const before = await rows.allInnerTexts();
	assert.match(before[0]!, /\d\d\.\d\d\s%/);

	await page.getByRole('tab', { name: 'Curves' }).click();
	await page.getByRole('img', { name: /at epoch 2; .* at epoch 2$/ }).waitFor();
	assert.ok(await isDrawn(page), 'the curves are drawn');

	await page.reload();
	await page.getByRole('img', { name: /at epoch 2; .* at epoch 2$/ }).waitFor();
	await page.getByRole('tab', { name: 'Leaderboard' }).click();
	await board.getByText('3 / 3').nth(1).waitFor();
	assert.deepEqual(await rows.allInnerTexts(), before, 'a reload shows the same leaderboard');
}

/** Whether the chart's canvas holds more than its background. */
function isDrawn(page: Page): Promise<boolean> {
	return page
		.locator('.chart canvas')
		.first()
		.evaluate((element) => {
			const canvas = element as HTMLCanvasElement;
			const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
			let inked = 0;
			for (let alpha = 3; alpha < data.length; alpha += 4) if (data[alpha] !== 0) inked++;
			return inked > 500;
		});
}

async function openWinner(page: Page): Promise<void> {
	await page.getByRole('link', { name: /^Rank 1:/ }).click();
	await page.waitForURL(/\/trials\/trl_[0-9a-z]{26}$/);
	const epochs = page.getByRole('region', { name: 'Metrics of every epoch' }).locator('tbody tr');
	await epochs.nth(1).waitFor();
	assert.equal(await epochs.count(), 2);
	const artifact = page.getByRole('region', { name: 'Artifacts' }).getByRole('row', { name: /^weights/ });
	const url = await artifact.getByRole('link').getAttribute('href');
	const file = await fetch(url!);
	assert.equal(file.status, 200);
	const hash = createHash('sha256')
		.update(new Uint8Array(await file.arrayBuffer()))
		.digest('hex');
	assert.equal(await artifact.getByRole('code').textContent(), hash, 'an artifact has the hash that is shown');
}

const tabs = ['heat', 'time', 'batch', 'curves', 'parallel', 'compare', 'trials', 'spec'];

/** Wide tables scroll in their own box, never the page. */
async function fitNarrowScreen(page: Page, baseUrl: string, sweepId: string): Promise<void> {
	const size = page.viewportSize();
	await page.setViewportSize({ width: 400, height: 800 });
	for (const path of [
		'/',
		'/sweeps/new',
		`/sweeps/${sweepId}`,
		...tabs.map((tab) => `/sweeps/${sweepId}?tab=${tab}`),
	]) {
		await page.goto(`${baseUrl}${path}`);
		await page.getByRole('heading', { level: 1 }).waitFor();
		const width = await page.evaluate(() => document.documentElement.scrollWidth);
		assert.ok(width <= 400, `${path} is ${width} px wide on a screen of 400`);
	}
	if (size !== null) await page.setViewportSize(size);
}
