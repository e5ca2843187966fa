/**
 * The five matrix products of an update of 784-128-10 and nothing else, through the runtime that the engine uses: what no training
 * step of these shapes can pass unless it cuts them otherwise.
 * usage: node bench/engine/bare-gemm.ts THREADS     Prints lines as measure.ts does, for B ≥ 1000.
 */
import { Graph } from '@basin/gpu-worker/engines/onnx/graph.ts';
import { rangeOf } from '@basin/gpu-worker/engines/onnx/parts.ts';
import { Sessions } from '@basin/gpu-worker/engines/onnx/sessions.ts';
import { Random } from '@basin/gpu-worker/engines/random.ts';
import { Tensor } from 'onnxruntime-node';
import { batchSizes, updatesTimed } from './networks.ts';

const sessions = new Sessions({ threads: Number(process.argv[2]), provider: 'cpu', capacity: 1 });

for (const batchSize of batchSizes.mlp.filter((size) => size >= 1000)) {
	const updates = updatesTimed('mlp', batchSize);
	const session = await sessions.get(`${batchSize}`, true, () => productsOf(batchSize, updates).serialize('products'));
	const random = Random.of(0);
	const tensor = (...shape: [number, number]) =>
		new Tensor(
			'float32',
			Float32Array.from({ length: shape[0] * shape[1] }, () => random.unit()),
			shape,
		);
	const feeds = { x: tensor(batchSize, 784), first: tensor(784, 128), second: tensor(128, 10) };
	await session.run(feeds);
	const busy = process.cpuUsage();
	const start = performance.now();
	await session.run(feeds);
	const ms = performance.now() - start;
	const { user, system } = process.cpuUsage(busy);
	const cores = (user + system) / 1000 / ms;
	console.log(`B=${batchSize} ms_per_update=${(ms / updates).toFixed(4)} cores=${cores.toFixed(2)}`);
}
await sessions.close();

/** Two forward, two for the weights' gradients, one for the hidden layer's; weights are carried, so that no product can be left out. */
function productsOf(batchSize: number, updates: number): Graph {
	const graph = new Graph();
	const x = graph.input('x', 'float', [batchSize, 784]);
	const weights = [graph.input('first', 'float', [784, 128]), graph.input('second', 'float', [128, 10])];
	const carried = [
		{ value: weights[0]!, shape: [784, 128] },
		{ value: weights[1]!, shape: [128, 10] },
	];
	const turns = { value: rangeOf(graph, updates), shape: [], type: 'int64' as const };
	const { carried: after } = graph.scan({ carried, scanned: [turns], collected: [] }, (body, [first, second]) => {
		const hidden = body.node('Gemm', [x, first!]);
		const logits = body.node('Gemm', [hidden, second!]);
		const hiddenGradient = body.node('Gemm', [logits, second!], { int: { transB: 1 } });
		// Small enough that nothing grows over the updates.
		const descent = { int: { transA: 1 }, float: { alpha: -1e-12 } };
		return {
			carried: [
				body.node('Gemm', [x, hiddenGradient, first!], descent),
				body.node('Gemm', [hidden, logits, second!], descent),
			],
			collected: [],
		};
	});
	graph.output('first_after', after[0]!, 'float', [784, 128]);
	graph.output('second_after', after[1]!, 'float', [128, 10]);
	return graph;
}
