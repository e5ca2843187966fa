/**
 * Images per second of conv32-pool-conv64-pool-dense10 on 32 × 32 × 3 with momentum, for several batch sizes, on one thread.
 * Prints a table and writes bench/results/engine-cnn.json. Other load on the machine shows in the medians, less in what a second
 * of the processor does.
 * usage: node bench/engine-cnn.ts [--repeats 5] [--threads 1] [--peers DIR [--python python3]]
 * With --peers, DIR/torch_cnn.py is run as it is, with one thread and with two, and printed beside.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeDevice } from '@basin/gpu-worker/device.ts';
import { createOnnxEngine } from '@basin/gpu-worker/engines/onnx/engine.ts';
import type { Architecture, LayerSpec } from '@basin/gpu-worker/engines/port.ts';
import { Random } from '@basin/gpu-worker/engines/random.ts';

const batchSizes = [1, 10, 32, 128, 512];
const examples = 2048;

const convolution = (filters: number): LayerSpec => ({
	kind: 'conv2d',
	filters,
	kernelSize: [3, 3],
	strides: [1, 1],
	padding: 'same',
	groups: 1,
	initializer: 'heNormal',
});
const block = (filters: number): LayerSpec[] => [
	convolution(filters),
	{ kind: 'relu' },
	{ kind: 'maxPool', poolSize: [2, 2], strides: [2, 2], padding: 'valid' },
];
const architecture: Architecture = {
	inputShape: [32, 32, 3],
	inputScale: 1 / 255,
	classes: 10,
	layers: [...block(32), ...block(64), { kind: 'flatten' }, { kind: 'dense', units: 10, initializer: 'glorotUniform' }],
};

const { values: options } = parseArgs({
	options: {
		repeats: { type: 'string', default: '5' },
		threads: { type: 'string', default: '1' },
		peers: { type: 'string' },
		python: { type: 'string', default: 'python3' },
	},
});
const threads = Number(options.threads);
const engine = createOnnxEngine({ threads });
const device = describeDevice(engine, { threads, slots: 1 });
const random = Random.of(0);
const data = {
	count: examples,
	values: Uint8Array.from({ length: examples * 32 * 32 * 3 }, () => random.below(256)),
	labels: Uint8Array.from({ length: examples }, (_, row) => row % 10),
};
const everyRow = Int32Array.from({ length: examples }, (_, row) => row);
const peers = options.peers ? { torch1: runTorch(options.peers, 1), torch2: runTorch(options.peers, 2) } : null;

const rows = [];
for (const batchSize of batchSizes) {
	const measured = await measure(batchSize, Number(options.repeats));
	rows.push({
		batchSize,
		...measured,
		...(peers && { torch1: peers.torch1.get(batchSize)!, torch2: peers.torch2.get(batchSize)! }),
	});
}
await engine.close();

console.log(
	`${device.label}, onnxruntime ${device.versions.onnxruntime}, load ${loadavg()[0]!.toFixed(1)}; images per second`,
);
console.table(
	rows.map((row) => ({
		B: row.batchSize,
		median: Math.round(row.imagesPerSecond),
		fastest: Math.round(row.fastest),
		'per processor second': Math.round(row.perProcessorSecond),
		...(row.torch1 && { 'PyTorch, 1 thread': row.torch1, 'PyTorch, 2 threads': row.torch2 }),
	})),
);
const results = join(import.meta.dirname, 'results');
await mkdir(results, { recursive: true });
await writeFile(join(results, 'engine-cnn.json'), `${JSON.stringify({ device, load: loadavg()[0], rows }, null, 2)}\n`);

/** Images per second: the median and the best repeat; the first run, which grows the engine's buffers, is left out. */
async function measure(batchSize: number, repeats: number) {
	const images = batchSize === 1 ? 512 : Math.floor(examples / batchSize) * batchSize;
	const program = await engine.compile({
		architecture,
		loss: { kind: 'softmaxCrossEntropy' },
		optimizer: { kind: 'momentum', lambda: 0.9 },
		batchSize,
		rowsPerEpoch: images,
	});
	let state = program.initialState(0);
	const clock: number[] = [];
	const processor: number[] = [];
	for (let run = 0; run <= repeats; run++) {
		const before = process.cpuUsage();
		const result = await program.runEpoch({ state, rows: data, order: everyRow.subarray(0, images), eta: 0.001 });
		state = result.state;
		const { user, system } = process.cpuUsage(before);
		if (run === 0) continue;
		clock.push(images / result.seconds);
		processor.push((images * 1e6) / (user + system));
	}
	clock.sort((a, b) => a - b);
	return {
		imagesPerSecond: clock[clock.length >> 1]!,
		fastest: clock.at(-1)!,
		perProcessorSecond: Math.max(...processor),
	};
}

/** Batch size → images per second of PyTorch. */
function runTorch(folder: string, torchThreads: number): Map<number, number> {
	const text = execFileSync(options.python, [join(folder, 'torch_cnn.py'), `${torchThreads}`], { encoding: 'utf8' });
	const lines = text.matchAll(/B=(\d+) ms_per_update=[\d.]+ images_per_s=(\d+)/g);
	return new Map([...lines].map(([, batchSize, images]) => [Number(batchSize), Number(images)]));
}
