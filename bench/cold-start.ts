/**
 * What a function's first request waits for: a new process, and the loading of the function's bundle in it. Medians over fresh processes.
 * The bar is 400 ms of both together, in processor time: other load on this machine stretches the clock's, which is told beside it, and nothing
 * is waited for. Lambda adds the start of its own sandbox, which cannot be measured here.
 * usage: npm run bench:cold-start -- [--rounds 15]
 * Writes bench/results/cold-start.json.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { bundleFunctions, functionNames } from '../functions/bundle.ts';

const barMs = 400;
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const probe = join(import.meta.dirname, 'cold-start', 'probe.mjs');
/** Nothing of it is connected to while a function loads. */
const env = {
	DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
	BASIN_QUEUE_URL: 'http://127.0.0.1:1/queue',
	BASIN_BUCKET: 'bucket',
	BASIN_JOB_QUEUE: 'queue',
	BASIN_JOB_DEFINITION: 'definition',
	BASIN_TICK_RULE: 'rule',
	BASIN_TOKEN_KEY: 'a'.repeat(64),
	AWS_ACCESS_KEY_ID: 'none',
	AWS_SECRET_ACCESS_KEY: 'none',
};

type Start = { initMs: number; loadMs: number; cpuMs: number };

/** @returns `initMs` from the process's beginning to a handler that can be called; `loadMs` is the module's part of it. */
async function start(module: string): Promise<Start> {
	const { stdout } = await promisify(execFile)(process.execPath, [probe, module], { env: { ...env } });
	return JSON.parse(stdout.trim().split('\n').at(-1)!) as Start;
}

const median = (sorted: number[]) => sorted[Math.floor(sorted.length / 2)]!;
const medianOf = (starts: Start[], key: keyof Start) =>
	Math.round(median(starts.map((one) => one[key]).sort((one, other) => one - other)));

const outDir = await mkdtemp(join(tmpdir(), 'basin-cold-start-'));
const loadBefore = loadavg()[0];
try {
	await bundleFunctions(outDir);
	const starts = new Map(functionNames.map((name) => [name, [] as Start[]]));
	// In turn, so that other load meets all of them; the first round fills the file cache and does not count.
	for (let round = 0; round <= Number(values.rounds); round++)
		for (const name of functionNames) {
			const one = await start(join(outDir, name, 'handler.mjs'));
			if (round > 0) starts.get(name)!.push(one);
		}
	const lines = functionNames.map((name) => {
		const own = starts.get(name)!;
		return { name, initMs: medianOf(own, 'initMs'), loadMs: medianOf(own, 'loadMs'), cpuMs: medianOf(own, 'cpuMs') };
	});
	for (const { name, initMs, loadMs, cpuMs } of lines) {
		const verdict = cpuMs <= barMs ? 'held' : 'MISSED';
		console.log(
			`${name.padEnd(12)} ${cpuMs} ms of processor time, bar ${barMs}: ${verdict} (clock ${initMs}, load ${loadMs})`,
		);
	}
	const machine = { processor: cpus()[0]?.model.trim(), cores: availableParallelism(), node: process.version };
	const load = { before: loadBefore, after: loadavg()[0] };
	const record = { date: new Date().toISOString(), machine, load, rounds: Number(values.rounds), barMs, lines };
	await writeFile(join(import.meta.dirname, 'results', 'cold-start.json'), `${JSON.stringify(record, null, '\t')}\n`);
} finally {
	await rm(outDir, { recursive: true });
}
