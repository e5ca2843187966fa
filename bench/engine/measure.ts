/**
 * One engine of Basin, timed as the peers' programs time themselves: for each batch size one run to warm up, one on the clock.
 * usage: node bench/engine/measure.ts NETWORK ENGINE THREADS
 * Prints the device, then a line for each batch size: B, ms_per_update, and cores, the processors that were busy.
 */
import { createEnginePool } from '@basin/gpu-worker/engine-pool.ts';
import { epochOrder } from '@basin/gpu-worker/engines/order.ts';
import { batchSizes, loadProblem, type NetworkName, updatesTimed } from './networks.ts';

const [network, name, threads] = process.argv.slice(2) as [NetworkName, 'onnx' | 'tensorflow', string];
const pool = createEnginePool({ threads: Number(threads), slots: 1 });
const { engine, device } = await pool.open(name);
console.log(JSON.stringify(device));
const { architecture, rows } = await loadProblem(network);
const everyRow = Int32Array.from({ length: rows.count }, (_, row) => row);
const shuffled = epochOrder(everyRow, 0, 1);

for (const batchSize of batchSizes[network]) {
	const updates = name === 'onnx' ? updatesTimed(network, batchSize) : fewUpdates(batchSize);
	const rowsPerEpoch = updates * batchSize;
	const order = Int32Array.from({ length: rowsPerEpoch }, (_, position) => shuffled[position % rows.count]!);
	const program = await engine.compile({
		architecture,
		loss: { kind: 'softmaxCrossEntropy' },
		optimizer: { kind: 'momentum', lambda: 0.9 },
		batchSize,
		rowsPerEpoch,
	});
	const eta = network === 'mlp' ? 0.01 : 0.001;
	const epoch = { rows, order, eta, seed: 0, epoch: 1 };
	const { state } = await program.runEpoch({ state: program.initialState(0), ...epoch });
	const before = process.cpuUsage();
	const { seconds } = await program.runEpoch({ state, ...epoch });
	const { user, system } = process.cpuUsage(before);
	const cores = (user + system) / 1e6 / seconds;
	console.log(`B=${batchSize} ms_per_update=${((seconds * 1000) / updates).toFixed(4)} cores=${cores.toFixed(2)}`);
}
await pool.close();

/** Eager wasm takes minutes for what the others do in seconds, and an update takes as long in the second as in the hundredth. */
function fewUpdates(batchSize: number): number {
	const examples = network === 'mlp' ? 5000 : 128;
	return Math.max(1, Math.min(100, Math.floor(examples / batchSize)));
}
