/**
 * `node docs/screenshot.ts` runs the lecture grid on a fresh stack (minutes) and writes a picture of every page to
 * docs/images. `node docs/screenshot.ts URL SWEEP` takes them of a sweep that a running Basin has.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@basin/client';
import type { Page } from 'playwright-core';
import { openPage } from '../tests/support/browser.ts';
import { killStack, repository, startStack, temporaryHome } from '../tests/support/stack.ts';
import { waitFor } from '../tests/support/wait.ts';

const images = fileURLToPath(new URL('images/', import.meta.url));

/** Name of the picture, path of the page, and whether it is in dark. */
function pagesOf(sweepId: string, trialId: string): [name: string, path: string, dark?: boolean][] {
	const sweep = `/sweeps/${sweepId}`;
	return [
		['sweeps', '/'],
		['new-sweep', '/sweeps/new'],
		['leaderboard', sweep],
		['leaderboard-dark', sweep, true],
		['heat-maps', `${sweep}?tab=heat`],
		['accuracy-against-time', `${sweep}?tab=time&value=error`],
		['batch-size', `${sweep}?tab=batch`],
		['curves', `${sweep}?tab=curves&curves=20&color=batchSize`],
		['parallel-coordinates', `${sweep}?tab=parallel`],
		['trial', `/trials/${trialId}`],
		['leaderboard-across-sweeps', '/leaderboard'],
	];
}

async function takePictures(baseUrl: string, client: Client, sweepId: string): Promise<void> {
	const { best } = await client.getSweep(sweepId);
	const { page, close } = await openPage({ width: 1280, height: 1120 });
	try {
		for (const [name, path, dark] of pagesOf(sweepId, best?.trialId ?? '')) {
			await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
			await page.goto(`${baseUrl}${path}`);
			await settle(page);
			await page.screenshot({ path: `${images}${name}.png` });
		}
	} finally {
		await close();
	}
}

/** Nothing loads and every chart has been drawn. A stream of events never ends, so the network is no measure. */
async function settle(page: Page): Promise<void> {
	await page.getByRole('heading', { level: 1 }).waitFor();
	await page.waitForFunction(() => {
		const charts = [...document.querySelectorAll('.chart')];
		return (
			document.querySelector('.mantine-Skeleton-root') === null &&
			charts.every((chart) => chart.querySelector('canvas') !== null)
		);
	});
	await page.waitForTimeout(1000);
}

async function runLectureGrid(): Promise<void> {
	const home = await temporaryHome();
	const stack = await startStack(home.home);
	try {
		const client = createClient({ baseUrl: stack.baseUrl });
		const spec = JSON.parse(await readFile(`${repository}examples/lecture-grid.json`, 'utf8'));
		const { id } = await client.createSweep(spec);
		const isComplete = async () => (await client.getSweep(id)).state === 'completed';
		await waitFor('the lecture grid to complete', 1_800_000, isComplete, 1000);
		await takePictures(stack.baseUrl, client, id);
	} finally {
		await killStack(stack);
		await home.remove();
	}
}

const [url, sweepId] = process.argv.slice(2);
if (url !== undefined && sweepId !== undefined) await takePictures(url, createClient({ baseUrl: url }), sweepId);
else await runLectureGrid();
