/**
 * What the built web app takes in a headless Chromium, on the API with a database and no workers: first paint, and the frames while
 * long tables scroll. usage: node bench/web.ts [--runs 9] [--rows 10000] [--sweeps 1000]
 * A frame is the time between two callbacks of `requestAnimationFrame`; a screen of 60 Hz shows every frame up to 16.7 ms.
 * Its work is the processor time of the page's main thread, which a machine that is busy with other things disturbs less.
 * Writes bench/results/web.json.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { openDatabase } from '@basin/db/client.ts';
import { migrate } from '@basin/db/migrate.ts';
import type { Locator, Page } from 'playwright-core';
import { chromiumPath, openPage } from '../tests/support/browser.ts';
import { startPostgres } from '../tests/support/postgres.ts';
import { isWebBuilt, largeBoard, manySweeps, serveWeb } from '../tests/support/web-stack.ts';

type Line = {
	what: string;
	medianMs: number;
	p95Ms: number;
	longestMs: number;
	samples: number;
	over17Ms?: number;
	/** Processor time of the main thread a frame, and of its scripts. */
	workMs?: number;
	scriptMs?: number;
};
type Scroll = { frames: number[]; workMs: number; scriptMs: number };

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

/** Scrolls a table at 14,400 pixels a second. */
async function measureScroll(page: Page, region: string): Promise<Scroll> {
	const box = page.getByRole('region', { name: region });
	await box.locator('tbody tr.board-row').first().waitFor();
	const debug = await page.context().newCDPSession(page);
	await debug.send('Performance.enable', { timeDomain: 'threadTicks' });
	const read = async () => {
		const { metrics } = await debug.send('Performance.getMetrics');
		return (name: string) => metrics.find((metric) => metric.name === name)!.value * 1000;
	};
	const before = await read();
	const frames = await scroll(box);
	const after = await read();
	const spent = (name: string) => (after(name) - before(name)) / frames.length;
	return { frames, workMs: spent('TaskDuration'), scriptMs: spent('ScriptDuration') };
}

/** @returns the milliseconds of each frame */
function scroll(box: Locator): Promise<number[]> {
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

async function measureFrames(url: string, region: string, runs: number): Promise<Scroll[]> {
	const scrolls: Scroll[] = [];
	for (let run = 0; run < runs; run++) {
		const { page, close } = await openPage();
		try {
			await page.goto(url);
			scrolls.push(await measureScroll(page, region));
		} finally {
			await close();
		}
	}
	return scrolls;
}

function framesLine(what: string, scrolls: readonly Scroll[]): Line {
	const frames = scrolls.flatMap((one) => one.frames);
	const least = (read: (one: Scroll) => number) => Math.min(...scrolls.map(read));
	return {
		...summarize(what, frames),
		over17Ms: frames.filter((ms) => ms > 17).length,
		workMs: least((one) => one.workMs),
		scriptMs: least((one) => one.scriptMs),
	};
}

function print({ what, medianMs, p95Ms, longestMs, samples, over17Ms, workMs, scriptMs }: Line): void {
	const work =
		workMs === undefined ? '' : `; work ${workMs.toFixed(1)} ms a frame, of it scripts ${scriptMs?.toFixed(1)}`;
	const late = over17Ms === undefined ? '' : `, ${over17Ms} over 17 ms${work}`;
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
