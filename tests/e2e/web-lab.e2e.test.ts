import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import type { RunningServer } from '@basin/api/server.ts';
import type { LabRun } from '@basin/core/contracts/lab.ts';
import type { LabContext } from '@basin/lab/experiment.ts';
import { momentum } from '@basin/lab/experiments/momentum.ts';
import { sweepOf, trialOf } from '@basin/lab/testing/sweeps.ts';
import { createLab } from '@basin/local/lab.ts';
import { checkAccessibility } from '@basin/web/e2e/accessibility.ts';
import type { Page } from 'playwright-core';
import { chromiumPath, openPage } from '../support/browser.ts';
import { testDatabase } from '../support/postgres.ts';
import { gridSweep, isWebBuilt, serveWeb } from '../support/web-stack.ts';

const skip = !chromiumPath ? 'no Chromium on this machine' : !isWebBuilt ? 'the web app is not built' : false;
const { db } = await testDatabase();
let server: RunningServer;
let lab: ReturnType<typeof createLab>;
let folder: string;
let page: Page;
let close = async () => {};

before(async () => {
	if (skip) return;
	folder = await mkdtemp(join(tmpdir(), 'basin-web-lab-'));
	const { sweepId } = await gridSweep(db, 'lab: pairs');
	for (const run of await runsOfBefore(sweepId)) await writeFile(join(folder, `${run.id}.json`), JSON.stringify(run));
	const { BASIN_TOKEN: _, ...environment } = process.env;
	lab = createLab({ folder, url: () => server.url, environment });
	server = await serveWeb(db, 0, { open: true }, lab);
	({ page, close } = await openPage());
});
after(async () => {
	await close();
	lab?.stop();
	await server?.stop({ graceMs: 0 });
	if (folder) await rm(folder, { recursive: true, force: true });
});

/** What the Lab kept: both sizes of the experiment with the hill, and one that failed. Only the accuracies are made up. */
async function runsOfBefore(sweepId: string): Promise<LabRun[]> {
	const pairs = [0, 0.5, 0.9].map((lambda) => ({ eta: 0.1 * (1 - lambda), lambda }));
	const trials = pairs.flatMap((pair) => [0, 1].map((seed) => trialOf({ ...pair, seed, accuracies: [0.9, 0.95] })));
	const runSweep: LabContext['runSweep'] = async (spec) => ({ ...sweepOf(trials), id: sweepId, spec });
	const findings = await momentum.run({ size: 'quick', runSweep } as LabContext);
	const ended = { finishedAt: '2026-01-02T00:01:00.000Z', lines: [], failure: null };
	const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;
	return [
		{ id: 'lab_1', experiment: 'momentum', size: 'quick', state: 'done', startedAt: at(2), ...ended, findings },
		{ id: 'lab_2', experiment: 'momentum', size: 'full', state: 'done', startedAt: at(3), ...ended, findings },
		{
			...{ id: 'lab_3', experiment: 'timing', size: 'quick', state: 'failed', startedAt: at(4), ...ended },
			...{ failure: 'The data set mnist is not there: run it again with a network.', findings: null },
		},
	];
}

const hill = () => page.getByRole('region', { name: 'Past the small hill' });
const places = () => hill().getByRole('list', { name: /^Places/ });
const slider = () => hill().getByRole('slider');
const button = (name: string | RegExp) => hill().getByRole('button', { name });

/** The chart as it is drawn, to tell one frame from another. */
const drawn = () =>
	hill()
		.locator('canvas')
		.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const frame = async () => Number(await slider().getAttribute('aria-valuenow'));

/** Where the ball of a λ is, as the page says. */
async function ballAt(lambda: string): Promise<number> {
	const text = await places().getByText(`λ = ${lambda}:`, { exact: false }).textContent();
	return Number(/x (-?\d+\.\d+)/.exec(text!)![1]);
}

async function untilFrame(isThere: (frame: number) => boolean): Promise<number> {
	for (const deadline = performance.now() + 20_000; performance.now() < deadline; ) {
		const now = await frame();
		if (isThere(now)) return now;
		await page.evaluate(() => new Promise(requestAnimationFrame));
	}
	throw new Error(`Waited 20 s in vain; the frame is ${await frame()}.`);
}

async function openHill(reducedMotion: 'reduce' | 'no-preference') {
	await page.emulateMedia({ colorScheme: 'light', reducedMotion });
	await page.goto(`${server.url}/lab/momentum`);
	await hill().locator('canvas').waitFor();
}

test('Play: the ball of λ = 0 stops in the dip, that of λ = 0.9 rolls past it; it can be paused and played again', {
	skip,
}, async () => {
	await openHill('no-preference');
	const last = await frame();
	assert.equal(last, 200, 'until it is played all is shown');
	const whole = await drawn();

	await button('Play').focus();
	await page.keyboard.press('Enter');
	await untilFrame((now) => now > 5 && now < 100);
	await button('Pause').press('Enter');
	const paused = await frame();
	const early = await drawn();
	assert.notEqual(early, whole, 'the balls are elsewhere');
	assert.ok((await ballAt('0')) < -0.7, 'on its way down');
	for (let i = 0; i < 20; i++) await page.evaluate(() => new Promise(requestAnimationFrame));
	assert.equal(await frame(), paused, 'nothing moves while it is paused');
	assert.equal(await drawn(), early);

	await button('Go on').click();
	const later = await untilFrame((now) => now > paused + 10);
	assert.ok(later < last, 'it goes on from where it was');
	assert.notEqual(await drawn(), early);
	await untilFrame((now) => now === last);
	assert.ok(Math.abs((await ballAt('0')) + 0.63) < 0.01, 'in the dip before the hill');
	assert.ok(Math.abs((await ballAt('0.9')) - 2) < 0.01, 'at the lowest place, beyond the hill');
	await button('Play').waitFor();
	await button('Play').click();
	await untilFrame((now) => now < last);
	await button('Pause').click();
});

test('the ball can be moved to any update with the keyboard, and by steps where less motion is wanted', {
	skip,
}, async () => {
	await openHill('reduce');
	await slider().press('Home');
	await untilFrame((now) => now === 0);
	assert.equal(await ballAt('0.9'), -3);
	const start = await drawn();
	await slider().press('ArrowRight');
	assert.equal(await frame(), 1);
	assert.equal(await button('Play').count(), 0, 'nothing plays by itself');
	await button('Next step').click();
	assert.equal(await frame(), 11);
	assert.notEqual(await drawn(), start);
	for (let i = 0; i < 20; i++) await page.evaluate(() => new Promise(requestAnimationFrame));
	assert.equal(await frame(), 11);
	await slider().press('End');
	assert.ok((await ballAt('0.9')) > 1.9);
});

test('findings of both sizes can be read, with the specs of their sweeps and when they ran', { skip }, async () => {
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await openHill('reduce');
	await page.getByRole('region', { name: 'Verdict' }).getByText('full size', { exact: false }).waitFor();
	await page.getByText('Quick run', { exact: true }).click();
	await page.waitForURL(/size=quick/);
	await page.getByRole('region', { name: 'Verdict' }).getByText('quick size', { exact: false }).waitFor();
	const sweeps = page.getByRole('region', { name: 'Sweeps', exact: true });
	await sweeps.getByText('for an earlier run', { exact: false }).waitFor();
	await sweeps.getByRole('button', { name: 'Copy spec' }).click();
	await sweeps.getByText('Copied').waitFor();
	const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
	assert.deepEqual(copied.labels, { lab: 'momentum' });
	await sweeps.getByRole('link', { name: 'Start from this' }).click();
	await page.waitForURL(/\/sweeps\/new$/);
	assert.equal(await page.getByRole('textbox', { name: 'Name' }).inputValue(), 'lab: pairs');
	await page.goBack();
	await sweeps.getByRole('link', { name: /^lab: / }).click();
	await page.getByRole('heading', { level: 1, name: 'lab: pairs' }).waitFor();
});

test('a run says how far it is, a reload shows it still, and it can be cancelled; another has to wait', {
	skip,
}, async () => {
	await page.goto(`${server.url}/lab/pareto`);
	await page.getByRole('button', { name: 'Run quick' }).click();
	const progress = page.getByRole('region', { name: 'Progress' });
	await progress.getByText(/^Running quick: .+ of about/).waitFor();
	await progress.getByRole('log').getByText('B is a hyperparameter', { exact: false }).waitFor({ timeout: 30_000 });
	await page.reload();
	await progress.getByRole('log').getByText('B is a hyperparameter', { exact: false }).waitFor();
	assert.equal(await page.getByRole('button', { name: 'Run full' }).isDisabled(), true);
	await page.goto(`${server.url}/lab/timing`);
	await page.getByText('The data set mnist is not there: run it again with a network.').waitFor();
	await page.getByText('pareto is running', { exact: false }).getByRole('link').click();
	await progress.getByRole('button', { name: 'Cancel run' }).click();
	await page.getByText('The last quick run was cancelled.', { exact: false }).waitFor();
	await page.reload();
	await page.getByText('The last quick run was cancelled.', { exact: false }).waitFor();
	await page.goto(`${server.url}/lab`);
	const row = page.getByRole('row', { name: /^B is a hyperparameter/ });
	await row.getByText('not run yet').waitFor();
});

test('the Lab keeps nobody out, and fits a phone', { skip }, async () => {
	const paths = ['/lab', '/lab/momentum', '/lab/timing', '/lab/pareto'];
	await checkAccessibility({ baseUrl: server.url, page, paths, darkPaths: ['/lab', '/lab/momentum'] });
	await page.setViewportSize({ width: 360, height: 740 });
	for (const path of paths) {
		await page.goto(`${server.url}${path}`);
		await page.getByRole('heading', { level: 1 }).waitFor();
		await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null);
		const width = await page.evaluate(() => document.documentElement.scrollWidth);
		assert.ok(width <= 360, `${path} is ${width} px wide on a screen of 360`);
	}
});
