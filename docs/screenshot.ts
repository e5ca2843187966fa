/**
 * `node docs/screenshot.ts` runs three sweeps on a fresh stack (minutes) and writes a picture of every page to docs/img.
 * `node docs/screenshot.ts URL` does it on a Basin that runs, where sweeps that it ran before are not run again.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient, type Sweep } from '@basin/client';
import { isTerminalSweep } from '@basin/core/contracts/states.ts';
import type { SweepSpecInput } from '@basin/core/contracts/sweep-spec.ts';
import type { Page } from 'playwright-core';
import { openPage } from '../tests/support/browser.ts';
import { killStack, repository, startStack, temporaryHome } from '../tests/support/stack.ts';
import { waitFor } from '../tests/support/wait.ts';

const images = fileURLToPath(new URL('img/', import.meta.url));
const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
/** A long page is cut here. */
const tallest = 1280;

/** Rates of which some must diverge: a board with failures, and a trial to try again. */
const tooHigh: SweepSpecInput = {
	name: 'how high can η go',
	dataset: { name: 'mnist', validation: 10_000 },
	model: { preset: 'mlp', hidden: [128] },
	grid: { batchSize: [100], eta: [0.5, 1, 5, 50], lambda: [0, 0.9] },
	seeds: [0, 1],
	epochs: 2,
	labels: { team: 'vision' },
};

type Picture = {
	name: string;
	path: string;
	size?: typeof desktop;
	dark?: boolean;
	/** A button to press first, to show what it opens. */
	press?: string;
};

/** Every page, and what needs a press, a phone or the dark to be seen. */
function picturesOf({ grid, quickstart, hot, failedTrialId }: Subjects): Picture[] {
	const sweep = `/sweeps/${grid.id}`;
	const trial = `/trials/${grid.best?.trialId}`;
	return [
		{ name: 'sweeps', path: '/' },
		{ name: 'new-sweep', path: '/sweeps/new' },
		{ name: 'leaderboard', path: sweep },
		{ name: 'leaderboard-dark', path: sweep, dark: true },
		{ name: 'leaderboard-phone', path: sweep, size: phone },
		{ name: 'failures', path: `/sweeps/${hot.id}` },
		{ name: 'heat-maps', path: `${sweep}?tab=heat` },
		{ name: 'heat-maps-dark', path: `${sweep}?tab=heat`, dark: true },
		{ name: 'accuracy-against-time', path: `${sweep}?tab=time` },
		{ name: 'batch-size', path: `${sweep}?tab=batch` },
		{ name: 'curves', path: `${sweep}?tab=curves&curves=20&color=batchSize` },
		{ name: 'parallel-coordinates', path: `${sweep}?tab=parallel` },
		{ name: 'extend', path: sweep, press: 'Extend' },
		{ name: 'trial', path: trial },
		{ name: 'trial-phone', path: trial, size: phone },
		{ name: 'try-again', path: `/trials/${failedTrialId}` },
		{ name: 'leaderboard-across-sweeps', path: '/leaderboard' },
		{ name: 'lab', path: '/lab' },
		{ name: 'lab-momentum', path: '/lab/momentum' },
		{ name: 'compare-sweeps', path: `/sweeps/compare?ids=${grid.id},${quickstart.id},${hot.id}` },
	];
}

async function takePicture(page: Page, baseUrl: string, picture: Picture): Promise<void> {
	const { name, path, size = desktop, dark = false, press } = picture;
	await page.setViewportSize(size);
	await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
	await page.goto(`${baseUrl}${path}`);
	await settle(page);
	if (press !== undefined) {
		await page.getByRole('button', { name: press, exact: true }).click();
		await page.getByRole('dialog').waitFor();
		await page.screenshot({ path: `${images}${name}.png` });
		return;
	}
	const bottom = await page.evaluate(() => document.getElementById('content')!.getBoundingClientRect().bottom);
	const height = Math.min(Math.ceil(bottom), size === phone ? size.height : tallest);
	await page.screenshot({
		path: `${images}${name}.png`,
		fullPage: true,
		clip: { x: 0, y: 0, width: size.width, height },
	});
}

/** Nothing loads, and every chart has been drawn. A stream of events never ends, so the network is no measure. */
async function settle(page: Page): Promise<void> {
	await page.getByRole('heading', { level: 1 }).waitFor();
	await page.waitForFunction(() => {
		const charts = [...document.querySelectorAll('.chart')];
		return (
			document.querySelector('.mantine-Skeleton-root') === null &&
			charts.every((chart) => chart.querySelector('canvas') !== null)
		);
	});
	await page.evaluate(() => document.fonts.ready);
	// What a chart draws comes a frame later, and answers to several requests one after another.
	await page.waitForTimeout(1000);
}

type Subjects = { grid: Sweep; quickstart: Sweep; hot: Sweep; failedTrialId: string };

async function runSweeps(client: Client): Promise<Subjects> {
	const hot = await client.createSweep(tooHigh, { idempotencyKey: 'pictures-too-high' });
	const quickstart = await client.createSweep(await example('quickstart'), { idempotencyKey: 'pictures-quickstart' });
	const grid = await client.createSweep(await example('lecture-grid'), { idempotencyKey: 'pictures-grid' });
	for (const { id, name } of [hot, quickstart, grid]) {
		const hasEnded = async () => isTerminalSweep((await client.getSweep(id)).state);
		await waitFor(`the sweep “${name}” to end`, 1_800_000, hasEnded, 1000);
	}
	for (const experiment of ['noisy-updates', 'momentum']) await runInLab(client, experiment);
	const failed = await client.listTrials(hot.id, { state: 'failed', limit: 1 });
	return {
		grid: await client.getSweep(grid.id),
		quickstart: await client.getSweep(quickstart.id),
		hot: await client.getSweep(hot.id),
		failedTrialId: failed.items[0]!.id,
	};
}

/** Unless it has been run before. */
async function runInLab(client: Client, experiment: string): Promise<void> {
	const isDone = async () =>
		(await client.listLabRuns()).items.some((run) => run.experiment === experiment && run.state === 'done');
	if (await isDone()) return;
	await client.startLabRun(experiment, 'quick');
	await waitFor(`the experiment ${experiment} to end`, 600_000, isDone, 1000);
}

async function example(name: string): Promise<SweepSpecInput> {
	return JSON.parse(await readFile(`${repository}examples/${name}.json`, 'utf8')) as SweepSpecInput;
}

async function takePictures(baseUrl: string): Promise<void> {
	const subjects = await runSweeps(createClient({ baseUrl }));
	const { page, close } = await openPage(desktop);
	try {
		for (const picture of picturesOf(subjects)) await takePicture(page, baseUrl, picture);
	} finally {
		await close();
	}
}

async function takePicturesOfFreshStack(): Promise<void> {
	const home = await temporaryHome();
	const stack = await startStack(home.home);
	try {
		await takePictures(stack.baseUrl);
	} finally {
		await killStack(stack);
		await home.remove();
	}
}

const [url] = process.argv.slice(2);
if (url === undefined) await takePicturesOfFreshStack();
else await takePictures(url);
