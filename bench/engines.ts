/**
 * Both engines side by side: milliseconds per update on MNIST with momentum, one thread each, in turns, so that another load on the
 * machine meets both. Processor time is what that load does not change. The model is 784-128-10, or the preset "cnn".
 * usage: node bench/engines.ts [--model mlp|cnn] [--repeats 5]
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { ModelSpec } from '@basin/core/contracts/sweep-spec.ts';
import { loadMnist } from '@basin/gpu-worker/datasets/mnist.ts';
import { createEnginePool, type OpenedEngine } from '@basin/gpu-worker/engine-pool.ts';
import { resolveArchitecture } from '@basin/gpu-worker/engines/architecture.ts';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import type { Engine } from '@basin/gpu-worker/engines/port.ts';

const { values: options } = parseArgs({
	options: { model: { type: 'string', default: 'mlp' }, repeats: { type: 'string', default: '5' } },
});
const model = ModelSpec.parse({ preset: options.model });
const batchSizes = options.model === 'cnn' ? [1, 10, 100] : [1, 10, 100, 1000, 10_000];
/** Examples of one turn: about 0.1 s with the faster engine. */
const turnExamples = options.model === 'cnn' ? 200 : 20_000;
const pool = createEnginePool({ threads: 1, slots: 1 });
const opened: OpenedEngine[] = [];
for (const name of pool.names) opened.push(await pool.open(name));
const dataset = await loadMnist();
const everyRow = Int32Array.from({ length: dataset.train.count }, (_, row) => row);

const table = [];
for (const batchSize of batchSizes) {
	const runs = await Promise.all(opened.map(({ engine }) => prepare(engine, batchSize)));
	const best = runs.map(() => ({ ms: Number.POSITIVE_INFINITY, cpuMs: Number.POSITIVE_INFINITY }));
	// The first turn grows buffers and is left out.
	for (let turn = 0; turn <= Number(options.repeats); turn++) {
		for (const [index, run] of runs.entries()) {
			const { ms, cpuMs } = await run();
			if (turn > 0) best[index] = { ms: Math.min(best[index]!.ms, ms), cpuMs: Math.min(best[index]!.cpuMs, cpuMs) };
		}
	}
	const columns = best.flatMap(({ ms, cpuMs }, index) => {
		const { name, provider } = opened[index]!.engine;
		return [
			[`${name} ${provider}`, ms.toPrecision(3)],
			[`${name} processor time`, cpuMs.toPrecision(3)],
		];
	});
	table.push({ B: batchSize, ...Object.fromEntries(columns) });
}
await pool.close();
console.log(`${opened[0]!.device.label}, load ${loadavg()[0]!.toFixed(1)}; ms per update, the fastest turn`);
console.log(opened.map(({ engine }) => `${engine.name}: ${JSON.stringify(engine.versions)}`).join('\n'));
console.table(table);

/** A function that takes one turn and answers milliseconds per update. */
async function prepare(engine: Engine, batchSize: number): Promise<() => Promise<{ ms: number; cpuMs: number }>> {
	const updates = Math.max(2, Math.floor(Math.min(300, turnExamples / batchSize)));
	const program = await engine.compile({
		architecture: resolveArchitecture(model, dataset),
		loss: { kind: 'softmaxCrossEntropy' },
		optimizer: { kind: 'momentum', lambda: 0.9 },
		batchSize,
		rowsPerEpoch: updates * batchSize,
	});
	const order = epochOrder(everyRow, 0, 1).subarray(0, updates * batchSize);
	let state = program.initialState(0);
	return async () => {
		const cpuBefore = process.cpuUsage();
		const result = await program.runEpoch({ state, rows: dataset.train, order, eta: 0.01 });
		const { user, system } = process.cpuUsage(cpuBefore);
		state = result.state;
		return { ms: (result.seconds * 1000) / updates, cpuMs: (user + system) / 1000 / updates };
	};
}
