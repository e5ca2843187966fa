/**
 * What the built web app takes in a headless Chromium, on the API with a database and no workers: first paint, and the frames while
 * long tables scroll. usage: node bench/web.ts [--runs 9] [--rows 10000] [--sweeps 1000]
 * A frame is the time between two callbacks of `requestAnimationFrame`; a screen of 60 Hz shows every frame up to 16.7 ms.
 * Writes bench/results/web.json.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { openDatabase } from '@basin/db/client.ts';
import { migrate } from '@basin/db/migrate.ts';
import type { Page } from 'playwright-core';
import { chromiumPath, openPage } from '../tests/support/browser.ts';
import { startPostgres } from '../tests/support/postgres.ts';
import { isWebBuilt, largeBoard, manySweeps, serveWeb } from '../tests/support/web-stack.ts';

type Line = { what: string; medianMs: number; p95Ms: number; longestMs: number; samples: number; over17Ms?: number };

const framesPerScroll = 240;
const pixelsPerFrame = 240;
const file = new URL('results/web.json', import.meta.url);

function summarize(what: string, valuesMs: readonly number[]): Line {
	const sorted = valuesMs.toSorted((a, b) => a - b);
	const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
	return { what, medianMs: at(0.5), p95Ms: at(0.95), longestMs: sorted.at(-1)!, samples: sorted.length };
}

/** From the start of the navigation, with an empty cache, to the first content. */
async function measureFirstPaint(url: string): Promise<number> {
	const { page, close } = await openPage();
	try {
		await page.goto(url);
		await page.getByRole('heading', { level: 1 }).waitFor();
		return await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]!.startTime);
	} finally {
		await close();
	}
}

/** Scrolls a table at 14,400 pixels a second and answers the milliseconds of each frame. */
async function measureScroll(page: Page, region: string): Promise<number[]> {
	const box = page.getByRole('region', { name: region });
	await box.locator('tbody tr.board-row').first().waitFor();
	return box.evaluate(
		(element, { frames, pixels }) =>
			new Promise<number[]>((resolve) => {
				const times: number[] = [];
				let last = performance.now();
				const step = (now: number) => {
					times.push(now - last);
					last = now;
					if (times.length > frames) return resolve(times.slice(1));
					element.scrollTop += pixels;
					requestAnimationFrame(step);
				};
				requestAnimationFrame(step);
			}),
		{ frames: framesPerScroll, pixels: pixelsPerFrame },
	);
}

async function measureFrames(url: string, region: string, runs: number): Promise<number[]> {
	const frames: number[] = [];
	for (let run = 0; run < runs; run++) {
		const { page, close } = await openPage();
		try {
			await page.goto(url);
			frames.push(...(await measureScroll(page, region)));
		} finally {
			await close();
		}
	}
	return frames;
}

function framesLine(what: string, frames: readonly number[]): Line {
	return { ...summarize(what, frames), over17Ms: frames.filter((ms) => ms > 17).length };
}

function print({ what, medianMs, p95Ms, longestMs, samples, over17Ms }: Line): void {
	const late = over17Ms === undefined ? '' : `, ${over17Ms} over 17 ms`;
	const figures = [medianMs, p95Ms, longestMs].map((ms) => ms.toFixed(1).padStart(8)).join(' ');
	console.log(`${what.padEnd(44)} ${figures}   of ${samples}${late}`);
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			runs: { type: 'string', default: '9' },
			rows: { type: 'string', default: '10000' },
			sweeps: { type: 'string', default: '1000' },
		},
	});
	const [runs, rows, sweeps] = [Number(values.runs), Number(values.rows), Number(values.sweeps)];
	if (!chromiumPath || !isWebBuilt)
		throw new Error('Needs Chromium and the built web app: `npm run build --workspace @basin/web`.');
	const loadBefore = loadavg()[0];
	const postgres = await startPostgres();
	await migrate(postgres.url);
	const db = openDatabase(postgres.url, { applicationName: 'bench-web' });
	const server = await serveWeb(db);
	const lines: Line[] = [];
	const say = (line: Line) => {
		lines.push(line);
		print(line);
	};
	try {
		const boardUrl = `${server.url}/sweeps/${await largeBoard(db, rows)}`;
		await manySweeps(db, sweeps);
		console.log(`${'ms'.padEnd(44)}   median      p95  longest`);
		for (const [what, url] of [
			['first paint of the list', `${server.url}/`],
			[`first paint of a board of ${rows}`, boardUrl],
		] as const) {
			const paints: number[] = [];
			for (let run = 0; run < runs; run++) paints.push(await measureFirstPaint(url));
			say(summarize(what, paints));
		}
		const few = Math.ceil(runs / 3);
		say(framesLine(`frames, a board of ${rows} scrolls`, await measureFrames(boardUrl, 'Leaderboard', few)));
		say(framesLine(`frames, a list of ${sweeps} sweeps scrolls`, await measureFrames(server.url, 'Sweeps', few)));
	} finally {
		await server.stop({ graceMs: 0 });
		await db.close();
		await postgres.stop();
	}
	const machine = { processor: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
	const loadAverage = { before: loadBefore, after: loadavg()[0] };
	await mkdir(new URL('.', file), { recursive: true });
	await writeFile(
		file,
		`${JSON.stringify({ date: new Date().toISOString(), ...machine, loadAverage, lines }, null, '\t')}\n`,
	);
}

await main();
