/**
 * Peak memory of the process that trains, for the networks of `memory/cases.ts`: each in a process of its own that trains, validates
 * and writes its artifacts, and one that meets 24 programs in turn. Beside it the bar: dataset + 10 × model + 250 MB.
 * usage: npm run bench:memory -- [--datasets .basin/datasets] [--only PART_OF_A_TITLE]
 * Linux only: the peak is the kernel's (`VmHWM` of /proc). Writes bench/results/memory.json. CIFAR-10 is fetched where it is missing.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { ModelSpec } from '@basin/core/contracts/sweep-spec.ts';
import { datasets } from '@basin/core/domain/datasets.ts';
import { countParameters } from '@basin/core/domain/parameters.ts';
import { type MemoryCase, memoryCases } from './memory/cases.ts';

const { values: options } = parseArgs({
	options: { datasets: { type: 'string', default: '.basin/datasets' }, only: { type: 'string', default: '' } },
});

/** Bytes of the images and labels of both splits, as they rest in memory. */
function datasetBytes(name: MemoryCase['dataset']): number {
	const { inputShape, trainSize, testSize } = datasets[name];
	return (trainSize + testSize) * (inputShape.reduce((product, size) => product * size, 1) + 1);
}

async function peakBytes(title: string): Promise<number> {
	const program = join(import.meta.dirname, 'memory/measure.ts');
	const { stdout } = await promisify(execFile)(process.execPath, [program, title, options.datasets]);
	return Number(/peak_bytes=(\d+)/.exec(stdout)![1]);
}

const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10;
const rows = [];
for (const { title, model, dataset: name } of memoryCases.filter(({ title }) => title.includes(options.only))) {
	const parameters = 4 * countParameters(ModelSpec.parse(model), datasets[name]);
	const dataset = datasetBytes(name);
	const bar = dataset + 10 * parameters + 250e6;
	const peak = await peakBytes(title);
	const row = { title, dataset, model: parameters, peak, bar };
	rows.push(row);
	const [peakMb, barMb] = [megabytes(peak), megabytes(bar)];
	const parts = `data ${megabytes(dataset)}, model ${megabytes(parameters)}`;
	console.log(`${title.padEnd(40)} peak ${peakMb} MB, bar ${barMb} MB (${parts}): ${peak <= bar ? 'holds' : 'MISSED'}`);
}
const results = join(import.meta.dirname, 'results');
await mkdir(results, { recursive: true });
const machine = { processor: cpus()[0]?.model.trim(), cores: availableParallelism(), node: process.versions.node };
const record = { date: new Date().toISOString(), machine, bytes: rows };
await writeFile(join(results, 'memory.json'), `${JSON.stringify(record, null, 2)}\n`);
