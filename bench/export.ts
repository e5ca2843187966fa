/**
 * A sweep's epochs as a file, by `basin export` from the API over HTTP: seconds, processor time and peak memory of both processes.
 * usage: node bench/export.ts [--epochs 1000000]
 * Postgres, SQS and S3 are embedded with the settings of `npm start`. Linux only: peaks are read from /proc.
 * Writes bench/results/export.json.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Db } from '@basin/db/client.ts';
import { sampleSweep } from '../tests/support/samples.ts';
import { startBenchCloud } from './platform/cloud.ts';

const basin = fileURLToPath(new URL('../apps/cli/bin/basin.mjs', import.meta.url));
const trials = 1_000;
const targetSeconds = 30;

type Figures = {
	format: string;
	seconds: number;
	sizeMb: number;
	apiProcessorSeconds: number;
	apiPeakMb: number;
	clientPeakMb: number;
};

/** A sweep of a thousand trials with `epochs` epochs in all; every number has all its digits. */
async function seedEpochs(db: Db, epochs: number): Promise<string> {
	const { sweepId } = await sampleSweep(db, { configurations: trials, epochs: 10_000 });
	const each = Math.ceil(epochs / trials);
	await db.sql`
		insert into epoch (
			trial_id, epoch, attempt_no, updates, train_loss, train_accuracy, val_loss, val_accuracy, epoch_seconds, validation_seconds
		)
		select id, no, 1, no * 540, random(), random(), random(), random(), random(), random()
		from trial, generate_series(1, ${each}) as no where sweep_id = ${sweepId}`;
	await db.sql`update trial set epochs_done = ${each} where sweep_id = ${sweepId}`;
	await db.sql`vacuum analyze epoch, trial`;
	return sweepId;
}

/** Peak resident set and processor time of a process so far; null when it has ended. */
async function usageOf(pid: number): Promise<{ peakMb: number; processorSeconds: number } | null> {
	try {
		const status = await readFile(`/proc/${pid}/status`, 'utf8');
		const peak = /VmHWM:\s+(\d+) kB/.exec(status);
		if (!peak) return null;
		const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
		return { peakMb: Number(peak[1]) / 1024, processorSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
	} catch {
		return null;
	}
}

async function measure(apiPid: number, args: string[], out: string): Promise<Omit<Figures, 'format'>> {
	const before = (await usageOf(apiPid))!;
	const startedAt = performance.now();
	const client = spawn(process.execPath, [basin, ...args, '--out', out], { stdio: ['ignore', 'ignore', 'inherit'] });
	const ended = once(client, 'exit');
	let clientPeakMb = 0;
	while (client.exitCode === null) {
		clientPeakMb = (await usageOf(client.pid!))?.peakMb ?? clientPeakMb;
		await Promise.race([ended, sleep(20)]);
	}
	if (client.exitCode !== 0) throw new Error(`basin export ended with ${client.exitCode}`);
	const seconds = (performance.now() - startedAt) / 1000;
	const after = (await usageOf(apiPid))!;
	const apiProcessorSeconds = after.processorSeconds - before.processorSeconds;
	const sizeMb = (await stat(out)).size / 1e6;
	return { seconds, sizeMb, apiProcessorSeconds, apiPeakMb: after.peakMb, clientPeakMb };
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { epochs: { type: 'string', default: '1000000' } } });
	const epochs = Number(values.epochs);
	const cloud = await startBenchCloud();
	const folder = await mkdtemp(join(tmpdir(), 'basin-bench-export-'));
	const results: Figures[] = [];
	try {
		const sweepId = await seedEpochs(cloud.db, epochs);
		for (const format of ['csv', 'ndjson', 'parquet']) {
			// A fresh process each, so that a peak is of this format.
			const api = await cloud.startApi();
			const args = ['export', sweepId, '--what', 'metrics', '--format', format, '--url', api.baseUrl];
			const figures = await measure(api.pid, args, join(folder, `metrics.${format}`));
			await api.stop();
			results.push({ format, ...figures });
			console.log(
				`${format.padEnd(8)} ${figures.seconds.toFixed(1)} s (bar ${targetSeconds} s), ${figures.sizeMb.toFixed(0)} MB; ` +
					`API: ${figures.apiProcessorSeconds.toFixed(1)} s of processor, peak ${figures.apiPeakMb.toFixed(0)} MB; ` +
					`client: peak ${figures.clientPeakMb.toFixed(0)} MB`,
			);
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
		await cloud.stop();
	}
	const report = { epochs, targetSeconds, load: loadavg()[0], results };
	await writeFile(new URL('./results/export.json', import.meta.url), `${JSON.stringify(report, null, '\t')}\n`);
	if (results.some(({ seconds }) => seconds > targetSeconds)) process.exitCode = 1;
}

await main();
