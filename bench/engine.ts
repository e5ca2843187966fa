/**
 * Milliseconds per update of MNIST 784-128-10 with momentum, for batch sizes from 1 to the whole training set, on one thread.
 * Prints a table and writes bench/results/engine.json. Other load on the machine shows in the medians, less in the processor time.
 * usage: node bench/engine.ts [--repeats 7] [--threads 1] [--peers DIR [--python python3]]
 * With --peers, DIR/torch_mlp.py is run as it is, with one thread and with two, and printed beside.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadMnist, mnistFolder } from '@basin/gpu-worker/datasets/mnist.ts';
import { describeDevice } from '@basin/gpu-worker/device.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import { createOnnxEngine } from '@basin/gpu-worker/engines/onnx/engine.ts';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';

const batchSizes = [1, 10, 32, 100, 256, 1000, 10_000, 60_000];
/** Multiplications and additions of one example: forward, both gradients, but none with respect to the pixels. */
const flopsPerExample = 2 * (2 * 784 * 128 + 3 * 128 * 10);

const { values: options } = parseArgs({
	options: {
		repeats: { type: 'string', default: '7' },
		threads: { type: 'string', default: '1' },
		peers: { type: 'string' },
		python: { type: 'string', default: 'python3' },
	},
});
const threads = Number(options.threads);
const engine = createOnnxEngine({ threads });
const device = describeDevice(engine, { threads, slots: 1 });
const dataset = await loadMnist();
const everyRow = Int32Array.from({ length: dataset.train.count }, (_, row) => row);
const peers = options.peers ? { torch1: runTorch(options.peers, 1), torch2: runTorch(options.peers, 2) } : null;

const rows = [];
for (const batchSize of batchSizes) {
	const { ms, cpuMs } = await measure(batchSize, Number(options.repeats));
	rows.push({
		batchSize,
		msPerUpdate: ms[ms.length >> 1]!,
		fastest: ms[0]!,
		cpuFastest: cpuMs[0]!,
		gflops: (flopsPerExample * batchSize) / ms[0]! / 1e6,
		...(peers && { torch1: peers.torch1.get(batchSize)!, torch2: peers.torch2.get(batchSize)! }),
	});
}
await engine.close();

const digits = (value: number | undefined) => (value === undefined ? '' : value.toPrecision(3));
console.log(
	`${device.label}, onnxruntime ${device.versions.onnxruntime}, load ${loadavg()[0]!.toFixed(1)}; ms per update`,
);
console.table(
	rows.map((row) => ({
		B: row.batchSize,
		median: digits(row.msPerUpdate),
		fastest: digits(row.fastest),
		'processor time': digits(row.cpuFastest),
		'GFLOP/s': digits(row.gflops),
		...(peers && {
			'PyTorch, 1 thread': digits(row.torch1),
			'PyTorch, 2 threads': digits(row.torch2),
			'times faster than its best': digits(Math.min(row.torch1!, row.torch2!) / row.msPerUpdate),
		}),
	})),
);
const results = join(import.meta.dirname, 'results');
await mkdir(results, { recursive: true });
await writeFile(join(results, 'engine.json'), `${JSON.stringify({ device, load: loadavg()[0], rows }, null, 2)}\n`);

/** Milliseconds per update of each repeat, by clock and by processor, sorted; the first run grows the buffers and is left out. */
async function measure(batchSize: number, repeats: number): Promise<{ ms: number[]; cpuMs: number[] }> {
	const updates = batchSize === 1 ? 2000 : Math.min(600, Math.floor(dataset.train.count / batchSize));
	const program = await engine.compile({
		architecture: resolveArchitecture({ preset: 'mlp', hidden: [128], activation: 'relu' }, dataset),
		loss: { kind: 'softmaxCrossEntropy' },
		optimizer: { kind: 'momentum', lambda: 0.9 },
		batchSize,
		rowsPerEpoch: updates * batchSize,
	});
	const order = epochOrder(everyRow, 0, 1).subarray(0, updates * batchSize);
	let state = program.initialState(0);
	const ms: number[] = [];
	const cpuMs: number[] = [];
	for (let run = 0; run <= repeats; run++) {
		const cpu = process.cpuUsage();
		const result = await program.runEpoch({ state, rows: dataset.train, order, eta: 0.01 });
		state = result.state;
		const { user, system } = process.cpuUsage(cpu);
		if (run === 0) continue;
		ms.push((result.seconds * 1000) / updates);
		cpuMs.push((user + system) / 1000 / updates);
	}
	const ascending = (a: number, b: number) => a - b;
	return { ms: ms.sort(ascending), cpuMs: cpuMs.sort(ascending) };
}

/** Batch size → milliseconds per update of PyTorch. */
function runTorch(folder: string, torchThreads: number): Map<number, number> {
	const script = join(folder, 'torch_mlp.py');
	const text = execFileSync(options.python, [script, mnistFolder(), `${torchThreads}`], { encoding: 'utf8' });
	const lines = text.matchAll(/B=(\d+) ms_per_update=([\d.]+)/g);
	return new Map([...lines].map(([, batchSize, ms]) => [Number(batchSize), Number(ms)]));
}
